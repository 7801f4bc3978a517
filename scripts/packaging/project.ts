/** What packages say about the project, from its package.json. */
import { resolve } from "node:path";
import manifest from "../../package.json" with { type: "json" };

/** The project's folder. */
export const repository = resolve(import.meta.dir, "../..");

export const { version, description, license } = manifest;

/** The address for people, with which the addresses of the releases begin. */
export const homepage = manifest.repository.url.replace(/^git\+/, "").replace(/\.git$/, "");

/** The package's name on npm, where "mono" is taken. The names of the platforms' packages begin with it. */
export const npmName = "mono-env";
