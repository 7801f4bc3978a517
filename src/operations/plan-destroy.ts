/** What destroy decides from what it has seen. Pure: `destroy.ts` looks before, and acts after. */
import type { Config } from "../config/config.ts";
import type { Environment } from "../environment/environment.ts";
import { unreadableFile } from "../error/catalogue/mono-yml.ts";
import { isSystemError, MonoError, retold } from "../error/mono-error.ts";
import { OtherEngineError } from "../resources/own-engine.ts";

export interface SeenByDestroy {
  readonly environment: Environment;
  readonly isFolderThere: boolean;
  /** Why its own engine cannot be worked with; undefined when it answers, or is not needed. */
  readonly engineError: MonoError | undefined;
  /** Why tmux cannot tell whether its session is there. */
  readonly tmuxError: MonoError | undefined;
  /** Its mono.yml, or why that cannot be read; undefined when it was not looked for. */
  readonly config: Config | MonoError | undefined;
}

interface Warning {
  readonly text: string;
  /** For the log. */
  readonly notes: readonly string[];
}

export type DestroyPlan =
  | { readonly kind: "refuse"; readonly error: MonoError }
  | {
      readonly kind: "remove";
      readonly warnings: readonly Warning[];
      /** Has the destroy script that is to be run first. */
      readonly config: Config | undefined;
      /** As far as it can be removed: without a project whose engine has been replaced. */
      readonly environment: Environment;
    };

/**
 * With `force`, containers on an engine that has been replaced count as gone; those on an engine that only does not
 * answer never do.
 */
export function planDestroy(seen: SeenByDestroy, force: boolean): DestroyPlan {
  const { engineError, environment, tmuxError } = seen;
  if (tmuxError !== undefined) {
    const hint = `nothing was removed: ${tmuxError.hint}`;
    return { kind: "refuse", error: refusal(environment, tmuxError, hint) };
  }
  const hidden = hiddenScript(seen);
  if (hidden !== undefined && !force) {
    const hint =
      "nothing was removed: make it readable, or continue without its destroy script: mono destroy --force";
    return { kind: "refuse", error: refusal(environment, hidden, hint) };
  }
  const script = planScript(seen);
  if (engineError === undefined) return { kind: "remove", ...script, environment };
  if (!force || !(engineError instanceof OtherEngineError)) {
    const hint = `nothing was removed: ${engineError.hint}`;
    return { kind: "refuse", error: refusal(environment, engineError, hint) };
  }
  const text = `${engineError.message}: going on, as --force says, as if they were gone; nothing is removed from the engine that answers`;
  return {
    kind: "remove",
    warnings: [{ text, notes: [] }, ...script.warnings],
    config: script.config,
    environment: { ...environment, dockerProject: null },
  };
}

/** True when there may be a destroy script: an init or destroy that was cut short has left nothing for it to work with. */
export function mayHaveScript({
  environment,
  isFolderThere,
}: Omit<SeenByDestroy, "config" | "engineError" | "tmuxError">) {
  return environment.phase === "ready" && isFolderThere;
}

/**
 * Why it is not known whether there is a destroy script, which may be the dump of a database. A folder or a pipe of that
 * name holds none.
 */
function hiddenScript(seen: SeenByDestroy): MonoError | undefined {
  const { config } = seen;
  if (!mayHaveScript(seen) || !(config instanceof MonoError) || config.id !== unreadableFile.id)
    return undefined;
  return hiding.some((code) => isSystemError(config.cause, code)) ? config : undefined;
}

/** A mono.yml that is wrong does not keep an environment alive: its script is not known, and that is said. */
function planScript(seen: SeenByDestroy): { config: Config | undefined; warnings: readonly Warning[] } {
  const { config, environment, isFolderThere } = seen;
  if (mayHaveScript(seen)) {
    if (!(config instanceof Error)) return { config, warnings: [] };
    const text = `${config.message}: no destroy script is run`;
    return { config: undefined, warnings: [{ text, notes: config.details }] };
  }
  const text = `${environment.path} is gone: no destroy script is run`;
  const isMissed = environment.phase === "ready" && !isFolderThere;
  return { config: undefined, warnings: isMissed ? [{ text, notes: [] }] : [] };
}

/** What the system says of a file that is there, and that this user may not see, or cannot see now. */
const hiding = ["EACCES", "EPERM", "EIO"];

/** What follows from a destroy script that fails: the text of a warning, or the error that ends destroy. */
export function afterFailedScript(
  environment: Environment,
  error: MonoError,
  force: boolean,
): string | MonoError {
  if (error.code === "interrupted") return error;
  if (force) return `${error.message}: going on, as --force says`;
  const hint = "nothing was removed: fix the script, or continue without it: mono destroy --force";
  return refusal(environment, error, hint);
}

function refusal({ name }: Environment, error: MonoError, hint: string): MonoError {
  return retold(error, { message: `cannot destroy ${name}: ${error.message}`, hint });
}
