/** mono.yml, and the files of the workspace that mono reads itself. */
import { define } from "../define.ts";

interface File {
  readonly file: string;
}

export const invalidMonoYml = define("invalid-mono-yml", {
  code: "configuration",
  message: ({ file, problems }: File & { problems: number }) =>
    `${file} has ${problems === 1 ? "1 problem" : `${problems} problems`}`,
  hint: "fix what is shown, then try again; nothing was started",
  when: "mono.yml is no valid YAML, or has an unknown key, a wrong type or a duplicate key. The first 20 problems are shown, each with its line and column.",
  whatToDo: "Fix the lines that the message shows. [The README](../README.md#monoyml) lists the keys.",
  example: { file: "~/code/shop/paris/mono.yml", problems: 1 },
  exampleDetails: [
    "~/code/shop/paris/mono.yml:2:3: unknown key int in scripts: did you mean init?",
    "  2 │   int: npm ci",
    "        ^",
  ],
});

export const monoYmlNotText = define("mono-yml-not-text", {
  code: "configuration",
  message: ({ file }: File) => `cannot read ${file}: it is not a text in UTF-8`,
  hint: "save it as UTF-8 in your editor, then try again",
  when: "mono.yml has bytes that are not UTF-8.",
  whatToDo: "Save it in that encoding. Replaced bytes would make another script of the one that you wrote.",
  example: { file: "~/code/shop/paris/mono.yml" },
});

export const unreadableFile = define("unreadable-file", {
  code: "configuration",
  message: ({ file, reason }: File & { reason: string }) => `cannot read ${file}: ${reason}`,
  hint: "it has to be a regular file that you may read; fix or remove it, then try again",
  when: "mono.yml, a compose file, or the `.env` beside it is there, and cannot be read: it is a folder, a pipe, too large, or not for this user.",
  whatToDo: "Make it a regular file that you may read, or remove it.",
  example: { file: "~/code/shop/paris/mono.yml", reason: "it is a folder" },
});

export const noRunScript = define("no-run-script", {
  code: "configuration",
  message: ({ path }: { path: string; file: string }) => `${path} has no run script`,
  hint: ({ file }) => `add it to ${file}: scripts: { run: "npm run dev" }`,
  when: "`mono run` was called, and mono.yml has no `scripts: run:`, or the workspace has no mono.yml. With containers, `mono run` brings them up all the same, and only `--follow` needs the script.",
  whatToDo: "Add the script. To bring containers and session back without a script, use `mono attach`.",
  example: { path: "~/code/shop/paris", file: "mono.yml" },
});

export const monoYmlElsewhere = define("mono-yml-elsewhere", {
  code: "configuration",
  message: ({ file, target }: { file: string; target: string }) =>
    `${file} leads to ${target}, which is not a valid mono.yml`,
  hint: "copy a mono.yml into the workspace, or link to one that is valid",
  when: "`mono.yml` is a symbolic link to a file outside of the workspace that has another name, and mono cannot use what is in it.",
  whatToDo:
    "Look at the link. mono does not show lines of such a file: it may hold something that is not meant for a terminal.",
  example: { file: "~/code/shop/paris/mono.yml", target: "/etc/shadow" },
});
