import type { Variables } from "../environment/variables.ts";
import type { Context } from "./context.ts";
import { generatedModelOf, monoVariables } from "./owner.ts";
import { requireEnvironment } from "./workspace.ts";

/** The MONO_* variables of an environment. Asks neither Docker nor tmux. */
export function vars(context: Context, path: string): Variables {
  const environment = requireEnvironment(context, path);
  return monoVariables(context, environment, generatedModelOf(context, environment));
}
