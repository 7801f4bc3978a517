import { monoVariables } from "../compose/mono-variables.ts";
import { environmentPaths } from "../environment/paths.ts";
import type { Variables } from "../environment/variables.ts";
import type { Context } from "./context.ts";
import { readGeneratedModel } from "./owner.ts";
import { requireEnvironment } from "./workspace.ts";

/** The MONO_* variables of an environment. Asks neither Docker nor tmux. */
export function vars(context: Context, path: string): Variables {
  const environment = requireEnvironment(context, path);
  const { dataFolder } = environmentPaths(context.home, environment.name);
  return monoVariables(environment, dataFolder, readGeneratedModel(context, environment));
}
