/** Which variables the texts of compose files and `.env` files mention. Compose alone interpolates; this only decides what is read again. */

/** The names behind `$` and `${`, in defaults too. */
export function mentionedVariables(texts: readonly string[]): ReadonlySet<string> {
  return new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/\$(?:\$|\{?([A-Za-z_]\w*))/g)].flatMap(([, name]) => name ?? []),
    ),
  );
}

/** The names without which Compose refuses the file: `${NAME:?}`. */
export function requiredVariables(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) =>
    [...text.matchAll(/\$(?:\$|\{([A-Za-z_]\w*):?\?)/g)].flatMap(([, name]) => name ?? []),
  );
}

/** What looks like another file that Compose reads for this one: `include`, `extends`, `env_file`. */
export function mentionedFiles(text: string): readonly string[] {
  return text.match(/[^\s"'[\]{},=]+\.ya?ml\b|[^\s"'[\]{},=]*env[^\s"'[\]{},:=]*/g) ?? [];
}
