/** docs/errors.md, from the catalogue of errors. Run as a program, it writes the file. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { areas } from "../src/error/catalogue/index.ts";
import type { DescribedError } from "../src/error/define.ts";
import { exitCodeOf } from "../src/error/mono-error.ts";

export const errorsPageFile = join(import.meta.dir, "../docs/errors.md");

const head = `# Errors

Every error that mono can end with, generated from the catalogue in \`src/error/catalogue/\` by \`npm run docs\`.

An error says what failed and why, shows lines that prove it, and after \`↳\` says what to do next:

\`\`\`
✗ cannot init shop-paris: the setup script exited with 1
  ┃ relation "users" does not exist
↳ everything was undone: fix the script in mono.yml, or what it calls, then try again
  log: ~/.mono/mono.log
\`\`\`

The name of the error, here \`script-failed\`, stays the same from version to version. The log has it too:
\`failed (script-failed): …\`. Where an error is the reason why a larger thing failed, as here, it keeps its name and its
exit code. The [exit codes](commands.md#exit-codes) are a contract with scripts.

An error that is not on this page is a defect in mono, and says so, or comes unchanged from the system: \`EACCES:
permission denied, open …\`. Both exit with 1.
`;

/** Markdown in a cell of a table. */
function cell(markdown: string): string {
  return markdown.replaceAll("|", String.raw`\|`);
}

/** Plain text, escaped so that Markdown shows it as it is. */
function plain(text: string): string {
  return text.replaceAll("<", String.raw`\<`);
}

function row(error: DescribedError): string {
  const example = error.example();
  const cells = [
    `**${error.id}**: ${plain(example.message)}`,
    `${exitCodeOf(example)}`,
    error.when,
    plain(example.hint),
  ];
  return `| ${cells.map(cell).join(" | ")} |`;
}

/** The text of the page. */
export function errorsPage(): string {
  const parts = areas.map(({ title, errors }) => {
    const sorted = Object.values(errors).toSorted((one, other) => one.id.localeCompare(other.id));
    const columns = ["| error | exit code | when | what to do |", "|---|---|---|---|"];
    return `## ${title}\n\n${[...columns, ...sorted.map(row)].join("\n")}`;
  });
  return `${[head.trimEnd(), ...parts].join("\n\n")}\n`;
}

if (import.meta.main) writeFileSync(errorsPageFile, errorsPage());
