import { monoVariables } from "../compose/mono-variables.ts";
import { environmentPaths } from "../environment/paths.ts";
import type { Variables } from "../environment/variables.ts";
import type { Context } from "./context.ts";
import { readGeneratedModel, readViewer } from "./owner.ts";
import { requireEnvironment } from "./workspace.ts";

interface VarsOptions {
  /** With what else scripts and session have: COMPOSE_*, and the ports' own variables. */
  readonly all: boolean;
}

/** The MONO_* variables of an environment. Asks neither Docker nor tmux. */
export function vars(context: Context, path: string, { all }: VarsOptions = { all: false }): Variables {
  const environment = requireEnvironment(context, path);
  if (all) return readViewer(context, environment).variables;
  const { dataFolder } = environmentPaths(context.home, environment.name);
  return monoVariables(environment, dataFolder, readGeneratedModel(context, environment));
}
