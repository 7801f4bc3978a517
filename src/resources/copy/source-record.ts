/** Which environment a new one copies from, for as long as the copy is not over: a pause may have been left there. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import type { EnvironmentPaths } from "../../environment/paths.ts";
import { unlessMissing } from "../../error/unless-missing.ts";
import { effect } from "../../process/effects.ts";
import { replaceFile } from "../../process/replace-file.ts";

type Paths = Pick<EnvironmentPaths, "copySource">;

/** True when there may be a pause to end: of this environment, or of the one that it copies from. */
export function isPauseLeft({ copySource, pause }: Pick<EnvironmentPaths, "copySource" | "pause">): boolean {
  return existsSync(pause) || existsSync(copySource);
}

/** `path` is the source's in its row. */
export function recordSource(paths: Paths, path: string): void {
  replaceFile(paths.copySource, path);
}

export function readSource(paths: Paths): string | undefined {
  return unlessMissing(() => readFileSync(paths.copySource, "utf8"));
}

export function forgetSource(paths: Paths): void {
  effect("forgetting the source", () => rmSync(paths.copySource, { force: true }));
}
