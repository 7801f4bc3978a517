const lineFeed = 0x0a;
/** In bytes: a line that never ends must not take all memory, so it ends here. */
const longestLine = 8 * 1024 * 1024;

/** Takes whole lines, and returns when it can take more. */
export type TakeLines = (lines: Buffer) => Promise<void>;

/** Cuts a stream after its line ends. */
export interface WholeLines {
  /** Returns the lines that have ended, with their ends. */
  push(bytes: Uint8Array): Buffer;
  /** Returns the last line, with an end, when it has none of its own. */
  end(): Buffer;
}

export function createWholeLines(longest: number = longestLine): WholeLines {
  // Joined once the line's end is there: joining with each chunk would make the time grow with its square.
  let rest: Uint8Array[] = [];
  let length = 0;
  const keep = (bytes: Uint8Array) => {
    rest = bytes.length === 0 ? [] : [bytes];
    length = bytes.length;
  };
  const end = () => {
    const lines = length === 0 ? Buffer.alloc(0) : Buffer.concat([...rest, Buffer.of(lineFeed)]);
    keep(Buffer.alloc(0));
    return lines;
  };
  return {
    push(bytes) {
      const cut = bytes.lastIndexOf(lineFeed) + 1;
      if (cut > 0) {
        const lines = Buffer.concat([...rest, bytes.subarray(0, cut)]);
        keep(bytes.subarray(cut));
        return lines;
      }
      rest.push(bytes);
      length += bytes.length;
      return length > longest ? end() : Buffer.alloc(0);
    },
    end,
  };
}

/** The lines of a text that ends with a line's end, without their ends. */
export function* linesIn(bytes: Buffer): Generator<Buffer> {
  let start = 0;
  for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}

/** The last so many lines of a text that ends with a line's end. */
export function lastLinesOf(bytes: Buffer, count: number): Buffer {
  let start = bytes.length;
  for (let left = count; left > 0 && start > 0; left--) {
    start = start < 2 ? 0 : bytes.lastIndexOf(lineFeed, start - 2) + 1;
  }
  return bytes.subarray(start);
}
