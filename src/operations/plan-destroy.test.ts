import { expect, test } from "bun:test";
import type { Config } from "../config/config.ts";
import type { Environment } from "../environment/environment.ts";
import { processesNotEnded } from "../error/catalogue/processes.ts";
import { tmuxMissing } from "../error/catalogue/session.ts";
import { unreadableFile } from "../error/catalogue/mono-yml.ts";
import { dockerMissing } from "../error/catalogue/docker.ts";
import { interruptedError } from "../process/interruption.ts";
import { MonoError } from "../error/mono-error.ts";
import { OtherEngineError } from "../resources/own-engine.ts";
import { afterFailedScript, planDestroy, type SeenByDestroy } from "./plan-destroy.ts";

const environment: Environment = {
  id: 1,
  name: "shop",
  path: "/w/shop",
  dockerProject: "mono-shop",
  phase: "ready",
  mark: "a1",
  engine: "context:default id=one",
};
const config: Config = { scripts: { destroy: "true" }, composeFiles: [], profiles: [] };
const other = new OtherEngineError({ env: {}, cwd: "/" }, "shop");
const silent = dockerMissing({});
const unreadable = new MonoError({
  id: "odd",
  code: "configuration",
  message: "mono.yml is odd",
  hint: "",
  details: ["line 1"],
});
const unseen = { file: "/w/shop/mono.yml", reason: "EACCES: permission denied" };
const hidden = unreadableFile(unseen, { cause: Object.assign(new Error(), { code: "EACCES" }) });
const folder = unreadableFile(
  { ...unseen, reason: "it is a folder" },
  { cause: new Error("it is a folder") },
);

/** The plan as text, a line a decision. */
function planOf(differences: Partial<SeenByDestroy>, force = false): string {
  const answers = { engineError: undefined, tmuxError: undefined };
  const seen = { environment, isFolderThere: true, config, ...answers, ...differences };
  const plan = planDestroy(seen, force);
  if (plan.kind === "refuse") return `refuse: ${plan.error.message}`;
  return [
    ...plan.warnings.flatMap(({ text, notes }) => [text.split(":")[0], ...notes]),
    ...(plan.config === undefined ? [] : ["run the script"]),
    `remove ${plan.environment.dockerProject ?? "without a project"}`,
  ].join(", ");
}

const cutShort: Environment = { ...environment, phase: "destroying" };

test.each<[string, Partial<SeenByDestroy>, boolean, string]>([
  ["all there", {}, false, "run the script, remove mono-shop"],
  ["cut short", { environment: cutShort, config: undefined }, false, "remove mono-shop"],
  ["cut short, though there is a script", { environment: cutShort }, false, "remove mono-shop"],
  ["cut short, its folder gone", { environment: cutShort, isFolderThere: false }, false, "remove mono-shop"],
  ["its folder gone", { isFolderThere: false }, false, "/w/shop is gone, remove mono-shop"],
  ["an odd mono.yml", { config: unreadable }, false, "mono.yml is odd, line 1, remove mono-shop"],
  ["a hidden mono.yml", { config: hidden }, false, `refuse: cannot destroy shop: ${hidden.message}`],
  ["a folder called mono.yml", { config: folder }, false, "cannot read /w/shop/mono.yml, remove mono-shop"],
  ["a hidden mono.yml, by force", { config: hidden }, true, "cannot read /w/shop/mono.yml, remove mono-shop"],
  ["no engine", { engineError: silent }, false, `refuse: cannot destroy shop: ${silent.message}`],
  ["no engine, by force", { engineError: silent }, true, `refuse: cannot destroy shop: ${silent.message}`],
  ["another engine", { engineError: other }, false, `refuse: cannot destroy shop: ${other.message}`],
  [
    "another engine, by force",
    { engineError: other },
    true,
    `${other.message.split(":")[0]}, run the script, remove without a project`,
  ],
  [
    "another engine and no folder, by force",
    { engineError: other, isFolderThere: false },
    true,
    `${other.message.split(":")[0]}, /w/shop is gone, remove without a project`,
  ],
])("destroy with %s", (_what, seen, force, plan) => {
  expect(planOf(seen, force)).toBe(plan);
});

test("a tmux that does not say whether the session is there refuses it, with --force too", () => {
  const tmuxError = tmuxMissing({});
  expect(planOf({ tmuxError }, true)).toBe(`refuse: cannot destroy shop: ${tmuxError.message}`);
  expect(planOf({ tmuxError, engineError: other }, true)).toContain("refuse");
});

test("a refusal says that nothing was removed, and keeps the reason's own hint", () => {
  const plan = planDestroy(
    { environment, isFolderThere: true, engineError: silent, tmuxError: undefined, config },
    false,
  );
  if (plan.kind !== "refuse") throw new Error("it is refused");
  expect(plan.error.hint).toBe(`nothing was removed: ${silent.hint}`);
  expect(plan.error.id).toBe(silent.id);
});

test("a failed script ends destroy, unless it is forced; a signal ends it in any case", () => {
  const failed = processesNotEnded({ what: "processes", pids: [1] });
  expect(afterFailedScript(environment, failed, true)).toBe(`${failed.message}: going on, as --force says`);
  const refused = afterFailedScript(environment, failed, false);
  expect(refused).toMatchObject({ message: `cannot destroy shop: ${failed.message}`, id: failed.id });
  const signal = interruptedError("SIGINT", 2);
  expect(afterFailedScript(environment, signal, true)).toBe(signal);
});
