import { logPieceBytes } from "./logs.ts";

const lineFeed = 0x0a;
/** How many pieces of a line that never ends are kept: about 8 MiB. */
const mostPieces = 512;

/** Cuts what `docker logs --timestamps` prints after its line ends. */
export interface LogLines {
  /** Returns the lines that have ended, with their ends. */
  push(bytes: Uint8Array): Buffer;
  /** Returns the last line, with an end, when it has none of its own. */
  end(): Buffer;
}

/**
 * A line that never ends must not take all memory. The engine keeps it in pieces of one length, each with its time: it is
 * cut between two of them, so that what follows is a line with a time again.
 */
export function createLogLines(): LogLines {
  const longest = mostPieces * logPieceBytes;
  let rest: Uint8Array[] = [];
  let length = 0;
  const keep = (bytes: Uint8Array) => {
    rest = bytes.length === 0 ? [] : [bytes];
    length = bytes.length;
  };
  return {
    push(bytes) {
      rest.push(bytes);
      length += bytes.length;
      const end = bytes.lastIndexOf(lineFeed);
      if (end < 0 && length < longest) return Buffer.alloc(0);
      const all = Buffer.concat(rest);
      if (end < 0) {
        keep(Buffer.from(all.subarray(longest)));
        return Buffer.concat([all.subarray(0, longest), Buffer.of(lineFeed)]);
      }
      const cut = length - bytes.length + end + 1;
      keep(Buffer.from(all.subarray(cut)));
      return all.subarray(0, cut);
    },
    end() {
      const lines = length === 0 ? Buffer.alloc(0) : Buffer.concat([...rest, Buffer.of(lineFeed)]);
      keep(Buffer.alloc(0));
      return lines;
    },
  };
}
