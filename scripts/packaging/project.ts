/** What packages say of the project, from its package.json. */
import { resolve } from "node:path";
import manifest from "../../package.json" with { type: "json" };

/** The folder. */
export const repository = resolve(import.meta.dir, "../..");

export const { version, description, license } = manifest;

/** The address for people, and the start of those of the releases. */
export const homepage = manifest.repository.url.replace(/^git\+/, "").replace(/\.git$/, "");

/** The package's name on npm, where "mono" is taken. Those of the platforms begin with it. */
export const npmName = "mono-env";
