/**
 * How tests run on Linux as they would on a Mac: the executable is built for a system without /proc, and tools that
 * behave like Apple's come first on PATH.
 */
import { resolve } from "node:path";

const repository = resolve(import.meta.dir, "..");

/** What `test/support/world.ts` reads. */
export const macEnv = {
  MONO_EXECUTABLE: `${repository}/dist/mono-mac`,
  MONO_TEST_TOOLBOX: `${repository}/test/mac/tools`,
} as const;

/** The suites in which mono depends on `ps`, `dd`, `grep`, `wc`, `sh` and `netstat`. */
export const macSuites: readonly string[] = [
  "attach",
  "cancelled",
  "conductor",
  "crash",
  "exec",
  "failures",
  "follow",
  "locale",
  "logs",
  "ports",
  "run",
  "run-scripts",
  "session",
  "session-front",
  "session-variables",
  "simple-mode",
  "stop",
];

/** Those of them that every run of all tests includes. */
export const macSample: readonly string[] = ["follow", "locale"];

/** The unit tests of what differs between the systems: arguments of `bun test`, and its environment. */
export const macUnits = {
  args: ["--define", "BUILD_HAS_PROC=false", "./src/process", "./src/host", "./src/state/lock.test.ts"],
  env: { PATH: `${macEnv.MONO_TEST_TOOLBOX}:${process.env["PATH"] ?? ""}` },
} as const;
