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
