/** What can be said of the workflows without their machine: what they call exists, and nothing in them moves. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import manifest from "../package.json" with { type: "json" };
import { repository } from "./support/world.ts";

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { permissions?: Readonly<Record<string, string>>; steps: Step[] }>>;
}

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

const folder = join(repository, ".github/workflows");
const workflows = readdirSync(folder).map((name) => {
  const workflow: Workflow = parse(readFileSync(join(folder, name), "utf8"));
  return { name, workflow, steps: Object.values(workflow.jobs).flatMap(({ steps }) => steps) };
});

test.each(workflows)("$name takes actions by their commit", ({ steps }) => {
  for (const { uses } of steps)
    if (uses !== undefined) expect(uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
});

test.each(workflows)("$name calls scripts that there are", ({ steps }) => {
  const scripts: Readonly<Record<string, string>> = manifest.scripts;
  for (const { run } of steps) {
    const [, npm] = /^npm (?:run )?(\S+)/.exec(run ?? "") ?? [];
    if (npm !== undefined && npm !== "ci") expect(scripts[npm]).toBeString();
    const [, script] = /^(scripts\/\S+)/.exec(run ?? "") ?? [];
    if (script !== undefined) expect(existsSync(join(repository, script))).toBe(true);
  }
});

test.each(workflows)("$name may write nowhere but where it publishes", ({ workflow }) => {
  const writing = Object.entries({ "": workflow, ...workflow.jobs }).filter(([, { permissions = {} }]) =>
    Object.values(permissions).includes("write"),
  );
  expect(writing.map(([job]) => job).filter((job) => job !== "publish")).toEqual([]);
});
