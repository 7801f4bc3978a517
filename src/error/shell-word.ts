/** A text as one word of a shell, for a command that a person may copy: quoted only where a shell would read it otherwise. */
export function shellWord(text: string): string {
  if (/^[\w/.@%+=:,-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
