/** A text as one word of a shell: quoted only where a shell would read it otherwise, since a person may copy it. */
export function shellWord(text: string): string {
  // zsh reads a word that begins with = as the path of a program.
  if (/^(?!=)[\w/.@%+=:,-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
