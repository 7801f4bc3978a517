/** What can be checked of the workflows without running them: what they call exists, and every version is fixed. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import manifest from "../package.json" with { type: "json" };
import { repository } from "./support/world.ts";

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly on?: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, WorkflowJob>>;
}

interface WorkflowJob {
  readonly "runs-on": string;
  readonly "continue-on-error"?: boolean;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
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

test.each(workflows)("$name calls scripts that exist", ({ steps }) => {
  const scripts: Readonly<Record<string, string>> = manifest.scripts;
  for (const { run } of steps) {
    const [, npm] = /^npm (?:run )?(\S+)/.exec(run ?? "") ?? [];
    if (npm !== undefined && npm !== "ci") expect(scripts[npm]).toBeString();
    const [, script] = /^(scripts\/\S+)/.exec(run ?? "") ?? [];
    if (script !== undefined) expect(existsSync(join(repository, script))).toBe(true);
  }
});

test.each(workflows)("$name tests with files that exist", ({ steps }) => {
  const files = steps.flatMap(({ run }) => run?.match(/\.\/test\/\S+/g) ?? []);
  for (const file of files) expect(existsSync(join(repository, file))).toBe(true);
});

test.each(workflows)("$name names the version of each runner", ({ workflow }) => {
  for (const { "runs-on": runner } of Object.values(workflow.jobs)) expect(runner).not.toContain("latest");
});

/** The job of test.yml that runs this line. */
function jobWith(run: RegExp): WorkflowJob | undefined {
  const { workflow } = workflows.find(({ name }) => name === "test.yml") ?? {};
  return Object.values(workflow?.jobs ?? {}).find(({ steps }) =>
    steps.some((step) => run.test(step.run ?? "")),
  );
}

test("simple mode is tested on a Mac with every push, and a failure there counts", () => {
  const job = jobWith(/^scripts\/test --simple$/);
  expect(job?.["runs-on"]).toMatch(/^macos-\d+$/);
  expect(job?.["continue-on-error"]).toBeUndefined();
  const { workflow } = workflows.find(({ name }) => name === "test.yml") ?? {};
  expect(Object.keys(workflow?.on ?? {})).toContain("push");
  expect(readFileSync(join(repository, "scripts/test"), "utf8")).toContain("--simple");
});

test("Docker mode is tried on a Mac that can start a virtual machine, and a failure there fails nothing", () => {
  const job = jobWith(/^colima start/);
  expect(job?.["runs-on"]).toMatch(/^macos-\d+-intel$/);
  expect(job?.["continue-on-error"]).toBe(true);
  const mayFail = workflows.flatMap(({ workflow }) =>
    Object.values(workflow.jobs).filter((other) => other["continue-on-error"] !== undefined),
  );
  expect(mayFail).toHaveLength(1);
});

test.each(workflows)("$name may write nowhere but where it publishes", ({ workflow }) => {
  const writing = Object.entries({ "": workflow, ...workflow.jobs }).filter(([, { permissions = {} }]) =>
    Object.values(permissions).includes("write"),
  );
  expect(writing.map(([job]) => job).filter((job) => job !== "publish")).toEqual([]);
});
