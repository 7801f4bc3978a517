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
  when: "mono.yml is not valid YAML, or has an unknown key, a wrong type or a duplicate key. The first 20 problems are shown, each with its line and column. [mono-yml.md](mono-yml.md) lists the keys.",
  example: { file: "~/code/shop/paris/mono.yml", problems: 1 },
});

export const monoYmlNotText = define("mono-yml-not-text", {
  code: "configuration",
  message: ({ file }: File) => `cannot read ${file}: it is not UTF-8 text`,
  hint: "save it as UTF-8 in your editor, then try again",
  when: "mono.yml has bytes that are not UTF-8.",
  example: { file: "~/code/shop/paris/mono.yml" },
});

export const unreadableFile = define("unreadable-file", {
  code: "configuration",
  message: ({ file, reason }: File & { reason: string }) => `cannot read ${file}: ${reason}`,
  hint: "it has to be a regular file that you may read; fix or remove it, then try again",
  when: "mono.yml, a compose file, or the `.env` beside it is there, and cannot be read: it is a folder, a pipe or too large, or this user may not read it.",
  example: { file: "~/code/shop/paris/mono.yml", reason: "it is a folder" },
});

export const noRunScript = define("no-run-script", {
  code: "configuration",
  message: ({ path }: { path: string; file: string }) => `${path} has no run script`,
  hint: ({ file }) => `add it to ${file}: scripts: { run: "npm run dev" }`,
  when: "`mono run` was called, and mono.yml has no `scripts: run:`, or the workspace has no mono.yml. With containers, `mono run` brings them up all the same.",
  example: { path: "~/code/shop/paris", file: "mono.yml" },
});

export const monoYmlElsewhere = define("mono-yml-elsewhere", {
  code: "configuration",
  message: ({ file, target }: { file: string; target: string }) =>
    `${file} leads to ${target}, which is not a valid mono.yml`,
  hint: "copy a mono.yml into the workspace, or link to one that is valid",
  when: "`mono.yml` is a symbolic link to a file outside of the workspace that has another name, and mono cannot use what is in it. mono shows no lines of such a file: it may hold a secret.",
  example: { file: "~/code/shop/paris/mono.yml", target: "/etc/shadow" },
});
