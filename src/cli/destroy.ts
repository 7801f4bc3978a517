import { buildCommand } from "@stricli/core";
import type { Environment } from "../environment/environment.ts";
import { emptyWord, missingTakesNone } from "../error/catalogue/arguments.ts";
import { severalNotDestroyed } from "../error/catalogue/workspace.ts";
import { MonoError } from "../error/mono-error.ts";
import { requireReference } from "../operations/reference.ts";
import type { CommandContext } from "./command-context.ts";
import { type DestroyedEnvironment, errorAnswer, toJson } from "./output/json.ts";
import { shortPath } from "./output/short-path.ts";
import { renderTable } from "./output/table.ts";
import { environmentArguments, jsonFlag, narratorsAliases, narratorsFlags } from "./parameters.ts";

interface DestroyFlags {
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly ifExists: boolean;
  readonly interrupted: boolean;
  readonly json: boolean;
  readonly missing: boolean;
  readonly quiet: boolean;
}

export const destroyCommand = buildCommand({
  docs: {
    brief: "Remove one or more environments and everything that belongs to them",
    fullDescription: [
      "Runs the destroy script, ends the tmux session, removes the containers, networks and volumes, the data folder",
      "and the registration. The workspace itself is not touched, and need not be there any more.",
      "If the destroy script fails, or the environment's Docker engine does not answer, nothing is removed.",
      "Several are destroyed side by side; --missing takes those whose folders somebody has deleted, but none on a disk",
      "that is not mounted.",
      "",
      "EXAMPLES",
      "  mono destroy ~/conductor/workspaces/shop/paris",
      "  mono destroy shop-paris",
      '  mono destroy --if-exists "$CONDUCTOR_WORKSPACE_PATH"',
      "  mono destroy shop-paris shop-oslo",
      "  mono destroy --missing --dry-run",
    ].join("\n"),
  },
  parameters: {
    positional: environmentArguments,
    flags: {
      dryRun: {
        kind: "boolean",
        brief: "Only print what would be destroyed",
        default: false,
        withNegated: false,
      },
      force: {
        kind: "boolean",
        brief: "Go on when the destroy script fails, or another engine has replaced the environment's",
        default: false,
        withNegated: false,
      },
      ifExists: {
        kind: "boolean",
        brief: "Exit 0 when there is no such environment",
        default: false,
        withNegated: false,
      },
      json: jsonFlag,
      missing: {
        kind: "boolean",
        brief: "Destroy all environments whose folders are gone",
        default: false,
        withNegated: false,
      },
      // How mono calls itself when a signal has interrupted it (operations/backstop.ts).
      interrupted: {
        kind: "boolean",
        brief: "Only finish what an interrupted command has left",
        default: false,
        withNegated: false,
        hidden: true,
      },
      ...narratorsFlags,
    },
    aliases: narratorsAliases,
  },
  async func(this: CommandContext, flags: DestroyFlags, ...paths: readonly string[]) {
    if (flags.quiet) this.beQuiet();
    if (flags.missing || flags.dryRun || paths.length > 1) {
      await destroySome(this, flags, paths);
      return;
    }
    const environment = await ifThere(this, flags, async () => await destroyOne(this, flags, paths[0]));
    if (flags.json) this.answer(toJson("destroy", { environment: environment ?? null }));
  },
});

async function destroyOne(
  { operations, remark }: CommandContext,
  { force, interrupted }: DestroyFlags,
  path: string | undefined,
): Promise<DestroyedEnvironment> {
  const { destroy } = await import("../operations/destroy.ts");
  const reference = requireReference(operations, path, { removes: true });
  const environment = await destroy(operations, reference, { force, interrupted, missing: false });
  remark(`${environment.name} is destroyed`);
  return destroyed(environment);
}

/** All references are looked up before anything is removed: a slip of the pen removes nothing. */
async function destroySome(
  context: CommandContext,
  { dryRun, force, json, missing, ifExists }: DestroyFlags,
  paths: readonly string[],
): Promise<void> {
  const { operations, remark } = context;
  const [{ destroySeveral }, { errorOfSeveral }] = await Promise.all([
    import("../operations/destroy.ts"),
    import("../operations/several.ts"),
  ]);
  const found = missing ? await lookForMissing(context, paths) : undefined;
  const environments = found?.deleted ?? (await lookUp(context, { ifExists }, paths));
  const ended = dryRun
    ? environments.map((environment) => ({ environment, error: undefined }))
    : await destroySeveral(operations, environments, { force, missing, interrupted: false });
  if (json) {
    const answered = ended.map(({ environment, error }) => ({
      ...destroyed(environment),
      error: error === undefined ? null : errorAnswer(error).error,
    }));
    const outOfReach = (found?.outOfReach ?? []).map(destroyed);
    context.answer(
      toJson("destroy-several", {
        environments: answered,
        dryRun,
        outOfReach,
        unowned: found?.unowned ?? [],
      }),
    );
  } else if (dryRun && environments.length > 0) {
    const rows = environments.map(({ name, path }) => [name, shortPath(path, context.homeFolder)]);
    context.answer(renderTable([["NAME", "PATH"], ...rows]));
  }
  if (dryRun) remark(`nothing was destroyed: without --dry-run, ${count(environments.length)} would be`);
  const error = errorOfSeveral(ended, (counts, evidence) => severalNotDestroyed(counts, evidence));
  if (error !== undefined) throw error;
  if (!dryRun && environments.length > 0) remark(`${count(environments.length)} destroyed`);
}

async function lookUp(
  context: CommandContext,
  flags: Pick<DestroyFlags, "ifExists">,
  paths: readonly string[],
): Promise<readonly Environment[]> {
  const { requireEnvironment } = await import("../operations/workspace.ts");
  const { operations } = context;
  const found = new Map<number, Environment>();
  for (const path of paths.length > 0 ? paths : [undefined]) {
    // A variable without a value, among others: it means nothing here, and least of all the current folder.
    if (path === "" && paths.length > 1) throw emptyWord({});
    const environment = await ifThere(context, flags, async () =>
      requireEnvironment(operations, requireReference(operations, path, { removes: true })),
    );
    if (environment !== undefined) found.set(environment.id, environment);
  }
  return [...found.values()];
}

/** Says what --missing does not take. */
async function lookForMissing({ operations, remark }: CommandContext, paths: readonly string[]) {
  if (paths.length > 0) throw missingTakesNone({});
  const [{ findMissing }, { findUnowned }] = await Promise.all([
    import("../operations/missing.ts"),
    import("../operations/unowned.ts"),
  ]);
  const missing = findMissing(operations.environments.list());
  const unowned = await findUnowned(operations, { onCallers: true });
  if (missing.deleted.length === 0) remark("no environment's folder was deleted");
  for (const { name, path } of missing.outOfReach) {
    remark(
      `${name} is left alone: the parent folder of ${path} is gone too, as on a disk that is not mounted; mono destroy ${name} removes it all the same`,
    );
  }
  for (const { project, containers, networks, volumes } of unowned) {
    remark(
      `the Compose project ${project} (containers: ${containers}, networks: ${networks}, volumes: ${volumes}) is left alone: it belongs to no environment of this home; if nobody needs it, docker compose -p ${project} down -v removes it, on its engine`,
    );
  }
  return { ...missing, unowned };
}

/** What the act gives; undefined where there is no such environment, and the flag says that this is fine. */
async function ifThere<T>(
  { remark }: CommandContext,
  { ifExists }: Pick<DestroyFlags, "ifExists">,
  act: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!ifExists || !(error instanceof MonoError) || error.code !== "no-such-environment") throw error;
    remark(`nothing to destroy: ${error.message}`);
    return undefined;
  }
}

function destroyed({ mark: _mark, phase: _phase, ...environment }: Environment): DestroyedEnvironment {
  return environment;
}

function count(environments: number): string {
  return `${environments} ${environments === 1 ? "environment" : "environments"}`;
}
