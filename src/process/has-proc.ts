/**
 * The switch between Linux and macOS, and the only place that decides it: whether the system has /proc. Everything that
 * differs between the two asks here. A build can set it (`scripts/build FILE --define BUILD_HAS_PROC=false`), so that a
 * test runs on Linux the code that a Mac runs.
 */
declare const BUILD_HAS_PROC: boolean | undefined;

export const hasProc: boolean =
  typeof BUILD_HAS_PROC === "boolean" ? BUILD_HAS_PROC : process.platform === "linux";
