/**
 * Writes a run's output into its parts: what `tmux pipe-pane` pipes the pane into, a process of its own.
 *
 * It reads all the time, since tmux keeps in memory what the pipe does not take. It depends on no reader. After the mark,
 * or the end of its input, it says that nothing follows, and exits. tmux then closes the pipe at the pane's next
 * output. It loads node:fs and little else: an idle one takes no time, and next to no memory of its own.
 */
import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { heldBack } from "../../text/held-back.ts";
import { endFileOf, endMark, partBytes, partOf } from "./parts.ts";

const standardInput = 0;
const chunkBytes = 65_536;

/** Returns when nothing more is to be kept. */
export function collectRunOutput(output: string, token: string): void {
  try {
    copyUntilMark(Buffer.from(endMark(token)), createParts(output));
  } catch {
    // The folder has gone with its environment, or the disk is full. Nobody is there to be told; readers see the end.
  }
  try {
    closeSync(openSync(endFileOf(output), "wx", 0o600));
  } catch {
    // As above.
  }
}

function copyUntilMark(mark: Buffer, write: (bytes: Uint8Array) => void): void {
  // What may be the beginning of the mark waits at the front for the rest.
  const buffer = Buffer.alloc(mark.length + chunkBytes);
  let held = 0;
  for (;;) {
    const count = readSync(standardInput, buffer, held, chunkBytes, null);
    const all = buffer.subarray(0, held + count);
    const end = all.indexOf(mark);
    if (end >= 0 || count === 0) {
      write(end >= 0 ? all.subarray(0, end) : all);
      return;
    }
    held = heldBack(all, mark);
    write(all.subarray(0, all.length - held));
    all.copy(buffer, 0, all.length - held);
  }
}

/** Gives what writes the parts as one stream. The first one is there from the beginning, for readers to open. */
function createParts(output: string): (bytes: Uint8Array) => void {
  let number = 0;
  let room = 0;
  let descriptor: number | undefined;
  const begin = () => {
    number++;
    if (descriptor !== undefined) closeSync(descriptor);
    room = partBytes;
    rmSync(partOf(output, number - 2), { force: true });
    return (descriptor = openSync(partOf(output, number), "w", 0o600));
  };
  begin();
  return (bytes) => {
    for (let from = 0; from < bytes.length;) {
      const into = descriptor === undefined || room === 0 ? begin() : descriptor;
      const written = writeSync(into, bytes, from, Math.min(room, bytes.length - from));
      from += written;
      room -= written;
    }
  };
}
