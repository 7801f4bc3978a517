import type { Variables } from "../environment/variables.ts";
import type { Context } from "./context.ts";
import { monoVariables } from "./owner.ts";
import { requireEnvironment } from "./workspace.ts";

/** The MONO_* variables of an environment. Asks neither Docker nor tmux. */
export function vars(context: Context, path: string): Variables {
  return monoVariables(context, requireEnvironment(context, path));
}
