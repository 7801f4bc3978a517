export const configFileName = "mono.yml";

export type ScriptName = "init" | "setup" | "run" | "destroy";

/** What mono.yml says, whatever of it is there. */
export interface Config {
  /** The scripts that are there and not blank. */
  readonly scripts: Readonly<Partial<Record<ScriptName, string>>>;
  /** Compose files relative to the workspace, as `docker compose -f` takes them; empty: Compose finds its own. */
  readonly composeFiles: readonly string[];
  readonly profiles: readonly string[];
}
