/**
 * What `mono --version` prints: the version, and the commit that it was built from, if that is known. scripts/build
 * writes the commit into the bundle, so that it costs nothing at the start.
 */
import manifest from "../package.json" with { type: "json" };

/** Empty when the sources were no git checkout; not there at all when they are run without being built. */
declare const BUILD_COMMIT: string | undefined;

const commit = typeof BUILD_COMMIT === "string" ? BUILD_COMMIT : "";

export const version = commit === "" ? manifest.version : `${manifest.version} (${commit})`;
