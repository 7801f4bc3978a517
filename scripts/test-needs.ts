/**
 * What the files of `test/` need besides Bun, by the part of their name before `.test.ts` and `.serial`. A file that is
 * on neither list needs everything: the built executable, tmux and a Docker engine.
 */

/** Not even the built executable: `npm run unit` runs these with the tests of `src/`. */
export const needNothing: readonly string[] = ["layers", "schemas", "test-needs", "workflows"];

/** The built executable and tmux, and no Docker: `--simple` runs these and those above. */
export const needNoDocker: readonly string[] = [
  "database-openers",
  "follow",
  "full-disk",
  "install",
  "log",
  "log-writers",
  "man-page",
  "names",
  "pane",
  "progress",
  "quick-answer",
  "reading",
  "run-scripts",
  "session",
  "session-front",
  "session-variables",
  "state",
  "timings",
  "tmux-configuration",
  "usage",
];

/** `run` of `./test/run.serial.test.ts`. */
export function testName(file: string): string {
  const [, name = file] = /([^/]+?)(?:\.serial)?\.test\.ts$/.exec(file) ?? [];
  return name;
}
