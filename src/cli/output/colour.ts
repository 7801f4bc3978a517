type Environ = Readonly<Record<string, string | undefined>>;

/**
 * Whether a stream gets colours. What the person has asked for comes first: `--no-color` and `NO_COLOR` refuse them,
 * `FORCE_COLOR` and `CLICOLOR_FORCE` want them wherever the stream leads. Otherwise a terminal gets them, unless it is a
 * `dumb` one or `CLICOLOR` is 0. An empty variable counts as one that is not set.
 */
export function wantsColour(env: Environ, isRefused: boolean, isTerminal: () => boolean): boolean {
  if (isRefused || env["NO_COLOR"]) return false;
  const forced = env["FORCE_COLOR"] || env["CLICOLOR_FORCE"];
  if (forced) return forced !== "0" && forced !== "false";
  return env["CLICOLOR"] !== "0" && env["TERM"] !== "dumb" && isTerminal();
}
