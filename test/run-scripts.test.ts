/** Run scripts of every form reach their interpreter to the letter. */
import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { writeFiles } from "./support/world.ts";

const world = worldForEachTest();

const long = Array.from({ length: 2000 }, (_, index) => `: ${index} ${"x".repeat(50)}`).join("\n");

/** What is in mono.yml, and what it prints. */
const scripts = {
  "several lines": ["echo one\necho two", "one\ntwo\n"],
  quotes: [`echo "it's" 'a "quote"' \\\\ \\"`, `it's a "quote" \\ "\n`],
  "an exclamation mark": ['echo "hi!" !x "!!"', "hi! !x !!\n"],
  semicolons: ["echo a; echo b;", "a\nb\n"],
  "a hash": ["echo '#{session_name}' '#S' a#b # not this", "#{session_name} #S a#b\n"],
  percents: ["echo %H %% '%d'", "%H %% %d\n"],
  "a dollar and a backtick": ["x=1; echo \"$x\" '$x' `echo $((x + 1))` ~+", /^1 \$x 2 /],
  "a heredoc": [
    "cat <<'END'\n  $kept #{it} ;\n\ttab\nEND\necho after",
    "  $kept #{it} ;\n        tab\nafter\n",
  ],
  "letters that are not ASCII": ["echo 'œuvre 名前 🎉'", "œuvre 名前 🎉\n"],
  "an end without a line feed": ["printf end", "end\n"],
  "a pipe, a subshell, a background job": ["(echo b; echo a) | sort & wait", "a\nb\n"],
  "bash by its name": [
    "#!/usr/bin/env bash\nwords=(a b c)\necho ${#words[@]} ${BASH_VERSION:+bash}",
    "3 bash\n",
  ],
  python: ["#!/usr/bin/env python3\nimport sys\nprint('py', sys.version_info.major, '#{x}')", "py 3 #{x}\n"],
  "100 KB": [`${long}\necho the end`, "the end\n"],
} as const;

for (const [what, [script, printed]] of Object.entries(scripts)) {
  test(what, async () => {
    const path = world.workspace("script", { "mono.yml": JSON.stringify({ scripts: { run: script } }) });
    await world.ok(["init", path]);
    const { exitCode, stdout, stderr } = await world.mono(["run", "--follow", path]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    if (typeof printed === "string") expect(expandTabs(stdout)).toBe(printed);
    else expect(stdout).toMatch(printed);
    await world.ok(["destroy", path]);
  });
}

test("a script reads from its terminal, and its bytes are those of mono.yml", async () => {
  const script = `#!/bin/sh\n# ${long}\nsha256sum "$0" >sum\n[ -t 0 ] && [ -t 1 ] && echo terminal\n`;
  const path = world.workspace("script", {});
  writeFiles(path, { "mono.yml": JSON.stringify({ scripts: { run: script } }) });
  await world.ok(["init", path]);
  expect((await world.ok(["run", "--follow", path])).stdout).toBe("terminal\n");
  const [sum] = (await Bun.file(join(path, "sum")).text()).split(" ");
  expect(sum).toBe(createHash("sha256").update(script).digest("hex"));
});

/** Some terminals write a tab as spaces. */
function expandTabs(text: string): string {
  return text.replaceAll("\t", "        ");
}
