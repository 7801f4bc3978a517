/**
 * The pipe that a long-running child writes to.
 *
 * A named pipe (FIFO), since Bun gives a child a socket, and a shell cannot open a socket again: `echo > /dev/stderr`
 * fails on one with ENXIO, and init scripts do that. It also lets us know exactly when everything a child wrote has
 * been read, though its background children still hold the pipe open: once the child has ended we write an end
 * marker after its output, and read up to that.
 */
import { closeSync, constants, openSync, read, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pipeNotMade } from "../error/catalogue/processes.ts";
import { isSystemError } from "../error/mono-error.ts";
import { effect } from "./effects.ts";
import { heldBack } from "../text/held-back.ts";

const chunkBytes = 65_536;

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}

export interface OutputPipe {
  /** The descriptor to give to the child; close it here once the child is started. */
  readonly childEnd: number;
  /** Marks the end, and waits until everything that was written before has been given to the listener. */
  finish(): Promise<void>;
}

/** Makes one pipe per listener, with names that exist in `folder` for a moment only. */
export function openOutputPipes(
  folder: string,
  listeners: readonly ((bytes: Uint8Array) => void)[],
): OutputPipe[] {
  const mark = randomBytes(6).toHex();
  const files = listeners.map((_, index) => join(folder, `.output-${mark}-${index}`));
  const made = effect("making pipes", () => Bun.spawnSync(["mkfifo", "-m", "600", ...files]));
  if (!made.success) {
    throw pipeNotMade({ folder }, { details: made.stderr.toString().split("\n") });
  }
  return listeners.map((listener, index) => openPipe(files[index] ?? "", listener));
}

function openPipe(file: string, listener: (bytes: Uint8Array) => void): OutputPipe {
  // Read-write first: an open for reading or writing alone waits for the other side.
  const markEnd = openSync(file, constants.O_RDWR | constants.O_NONBLOCK);
  const readEnd = openSync(file, constants.O_RDONLY);
  const childEnd = openSync(file, constants.O_WRONLY);
  effect("unlinking a pipe", () => unlinkSync(file));
  // It begins with NUL, which text does not hold: only output that does is ever held back until more comes.
  const marker = Buffer.concat([Buffer.of(0), randomBytes(16)]);
  const drained = readUntil(readEnd, marker, listener).finally(() => {
    closeSync(readEnd);
    closeSync(markEnd);
  });
  // The caller that finishes gets the failure; until then it must not count as unhandled.
  drained.catch(() => {});
  const finish = async () => {
    await writeMarker(markEnd, marker);
    await drained;
  };
  return { childEnd, finish };
}

/** A pipe that a background child floods has room now and then; waiting for it here would stop the reading. */
async function writeMarker(descriptor: number, marker: Buffer): Promise<void> {
  for (;;) {
    try {
      writeSync(descriptor, marker);
      return;
    } catch (error) {
      if (!isSystemError(error, "EAGAIN")) throw error;
      await Bun.sleep(1);
    }
  }
}

async function readUntil(descriptor: number, marker: Buffer, listener: (bytes: Uint8Array) => void) {
  let held = Buffer.alloc(0);
  for (;;) {
    const bytes = Buffer.concat([held, await readChunk(descriptor)]);
    const end = bytes.indexOf(marker);
    if (end >= 0) {
      if (end > 0) listener(bytes.subarray(0, end));
      return;
    }
    const safe = bytes.length - heldBack(bytes, marker);
    if (safe > 0) listener(bytes.subarray(0, safe));
    held = bytes.subarray(safe);
  }
}

function readChunk(descriptor: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const buffer = Buffer.alloc(chunkBytes);
    read(descriptor, buffer, 0, chunkBytes, null, (error, count) => {
      if (error === null) resolve(buffer.subarray(0, count));
      else reject(error);
    });
  });
}
