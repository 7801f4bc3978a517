/** Colours for a terminal, and plain text for everything else. */
export interface Style {
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
}

/** `isColoured` is asked when something is written: most commands write nothing that could have a colour. */
export function createStyle(isColoured: () => boolean): Style {
  const code = (number: number) => (text: string) =>
    isColoured() ? `\u001b[${number}m${text}\u001b[0m` : text;
  return { dim: code(2), red: code(31), green: code(32), yellow: code(33) };
}

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
