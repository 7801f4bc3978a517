import { isSystemError } from "./mono-error.ts";

/** What a call gives that looks at a file or a folder; undefined when that is not there. */
export function unlessMissing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}
