/**
 * ~/.mono/mono.log, shared by every mono that runs.
 *
 * Lines of many processes never mix (`appended-file.ts`). At 10 MiB the file is rotated and three old ones are kept
 * (`rotation.ts`). A log that cannot be written never stops an operation: that is said once, by `onFailure`. Each
 * further line is tried all the same, since a full disk may have room again.
 */
import { reasonOf } from "../error/mono-error.ts";
import { createAppendedFile } from "./appended-file.ts";
import { formatLogLine } from "./format.ts";
import { createLocalTime, type LocalTime } from "./local-time.ts";
import { type RotatedFile, rotateWhenFull } from "./rotation.ts";

export interface Log {
  /** Appends one line under a tag: an environment's name, or `name|out` and `name|err` for a child's output. */
  line(tag: string, text: string): void;
}

interface LogOptions extends RotatedFile {
  /** Called once with the reason when the log cannot be written. */
  readonly onFailure: (reason: string) => void;
}

/** Opens the log lazily: a command that writes no line touches no file. Elapsed times count from this call. */
export function createLog(options: LogOptions): Log {
  const started = performance.now();
  const file = createAppendedFile(options.file);
  let localTime: LocalTime | undefined;
  let isFailureSaid = false;
  const attempt = (action: () => void) => {
    try {
      action();
    } catch (error) {
      if (!isFailureSaid) options.onFailure(reasonOf(error));
      isFailureSaid = true;
    }
  };
  return {
    line(tag, text) {
      localTime ??= createLocalTime();
      const line = formatLogLine(localTime(Date.now()), performance.now() - started, tag, text);
      // Two attempts: a log that cannot be rotated can still be written.
      attempt(() => rotateWhenFull(options));
      attempt(() => file.append(Buffer.from(line)));
    },
  };
}
