/**
 * Writes the manual page to the file given as the argument. The page has the date of the last change, so that a build
 * can be repeated.
 */
import { writeFileSync } from "node:fs";
import manifest from "../../package.json" with { type: "json" };
import { createApplication } from "../../src/cli/application.ts";
import { manPage } from "./man-page.ts";

/** In seconds since 1970: the time that a release sets, else that of the last commit, else now. */
function lastChange(): number {
  const given = Number(process.env["SOURCE_DATE_EPOCH"]);
  if (given > 0) return given;
  const git = Bun.spawnSync(["git", "log", "-1", "--format=%ct"], { cwd: import.meta.dir, stderr: "ignore" });
  return Number(git.stdout.toString()) || Date.now() / 1000;
}

const application = await createApplication({ version: manifest.version, inputs: [], renderError: String });
const date = new Date(lastChange() * 1000).toISOString().slice(0, 10);
writeFileSync(process.argv[2] ?? "mono.1", manPage(application, { version: manifest.version, date }));
