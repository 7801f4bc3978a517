/**
 * ~/.mono/mono.log, shared by every mono that runs.
 *
 * Each line is one write(2) in append mode, so lines of many processes never mix. At 10 MiB the file is rotated and
 * three old ones are kept. A log that cannot be written never stops an operation: that is said once, by `onFailure`.
 */
import { Database } from "bun:sqlite";
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { isSystemError, reasonOf } from "../error/mono-error.ts";
import { formatLogLine } from "./format.ts";

const rotateAtBytes = 10 * 1024 * 1024;
const keptFiles = 3;

export interface Log {
  /** Appends one line under a tag: an environment's name, or `name|out` and `name|err` for a child's output. */
  line(tag: string, text: string): void;
}

interface LogOptions {
  readonly file: string;
  /** An empty file whose lock makes one process rotate at a time. */
  readonly lockFile: string;
  /** Called once with the reason when the log cannot be written. */
  readonly onFailure: (reason: string) => void;
}

/** Opens the log lazily: a command that writes no line touches no file. Elapsed times count from this call. */
export function createLog(options: LogOptions): Log {
  const started = performance.now();
  let descriptor: number | undefined;
  let failed = false;
  return {
    line(tag, text) {
      if (failed) return;
      try {
        descriptor = currentDescriptor(options, descriptor);
        writeSync(descriptor, formatLogLine(new Date(), performance.now() - started, tag, text));
      } catch (error) {
        failed = true;
        options.onFailure(reasonOf(error));
      }
    },
  };
}

/** The descriptor to write the next line to: that of the file which has the log's name now, and has room. */
function currentDescriptor(options: LogOptions, open: number | undefined): number {
  if (open !== undefined) {
    const ours = fstatSync(open);
    const named = statOf(options.file);
    if (named !== undefined && named.ino === ours.ino && ours.size < rotateAtBytes) return open;
    closeSync(open);
  }
  if ((statOf(options.file)?.size ?? 0) >= rotateAtBytes) rotate(options);
  mkdirSync(dirname(options.file), { recursive: true, mode: 0o700 });
  return openSync(options.file, "a", 0o600);
}

function rotate({ file, lockFile }: LogOptions): void {
  mkdirSync(dirname(lockFile), { recursive: true, mode: 0o700 });
  // Made here and not by SQLite, for the mode.
  closeSync(openSync(lockFile, "a", 0o600));
  using lock = new Database(lockFile);
  lock.run("PRAGMA busy_timeout = 2000");
  lock.run("BEGIN EXCLUSIVE");
  // Another process may have done it while this one waited.
  if ((statOf(file)?.size ?? 0) < rotateAtBytes) return;
  for (let number = keptFiles - 1; number >= 1; number--) {
    if (statOf(`${file}.${number}`) !== undefined) renameSync(`${file}.${number}`, `${file}.${number + 1}`);
  }
  renameSync(file, `${file}.1`);
}

function statOf(file: string) {
  try {
    return statSync(file);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}
