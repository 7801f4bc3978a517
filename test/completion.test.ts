/** What Tab does in real shells, and what mono tells them. */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { snapshot } from "./support/snapshot.ts";
import { openTerminal } from "./support/terminal.ts";
import {
  createWorld,
  disposeWorld,
  eventually,
  executable,
  lines,
  writeFiles,
  type World,
} from "./support/world.ts";

let world: World;
/** The person's home folder, and the folder that they are in. */
let home: string;
let work: string;
const odd = 'it\'s "q" $x';

beforeAll(async () => {
  world = createWorld();
  home = join(world.folder, "home");
  work = join(home, "code");
  for (const folder of ["my shop/paris", "a:b/oslo", `${odd}/rome`, "run", "tmp"])
    mkdirSync(join(work, folder), { recursive: true });
  for (const folder of ["my shop/paris", "a:b/oslo", `${odd}/rome`])
    await world.ok(["init", join(work, folder)]);
  mkdirSync(join(home, "bin"));
  symlinkSync(executable, join(home, "bin/mono"));
  addServices("oslo", ["db", "web"]);
  addServices("rome", ["queue"]);
});

afterAll(() => disposeWorld(world));

/** As if init had started containers: what completion reads is the row and the private compose file. */
function addServices(name: string, services: readonly string[]): void {
  using database = new Database(join(world.home, "state.db"));
  database.run("UPDATE environments SET docker_project = ? WHERE name = ?", [`mono-${name}`, name]);
  writeFiles(join(world.home, "environments", name), {
    "docker-compose.mono.yml": JSON.stringify({
      name: `mono-${name}`,
      services: Object.fromEntries(services.map((service) => [service, { image: "none" }])),
    }),
  });
}

/** The answer to a completion script for these words: values, or values with their descriptions. */
async function told(words: readonly string[], cwd = work): Promise<readonly string[]> {
  const { stdout, stderr } = await world.ok(["__complete", "words", ...words], { cwd });
  expect(stderr).toBe("");
  return lines(stdout);
}
const values = async (words: readonly string[], cwd?: string) =>
  (await told(words, cwd)).map((line) => line.split("\t")[0]);

describe("mono tells", () => {
  test("every command and every flag that the help has, with what the help says of it", async () => {
    const help = (await world.ok(["--help"])).stdout;
    const commands = lines(help.slice(help.indexOf("\nCOMMANDS\n") + 10)).map((line) =>
      line.trim().split(/ {2,}/),
    );
    expect(await told([""])).toEqual(commands.map(([name, brief]) => `${name}\t${brief}`));
    for (const [name = ""] of commands) {
      const text = (await world.ok([name, "--help"])).stdout;
      const flags = text.match(/(?<=^ .*\[?)--[a-z-]+(?=\]? )/gm) ?? [];
      expect(flags).toContain("--help");
      for (const flag of flags) {
        const [line = ""] = await told([name, flag]);
        expect(line).toStartWith(`${flag}\t`);
        expect(text).toContain(line.slice(flag.length + 1));
      }
      expect(await values([name, "--interrupted"])).toEqual([]);
    }
  });

  const names = ["oslo", "paris", "rome"];
  const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
    [["r"], ["run"]],
    [["-"], ["--help", "--version"]],
    [["run", ""], names],
    [["run", "--force", "o"], ["oslo"]],
    [
      ["run", "--f"],
      ["--follow", "--force"],
    ],
    [["run", "--force", "--f"], ["--follow"]],
    [
      ["run", "oslo", ""],
      ["--all", "--follow", "--force", "--idle", "--json", "--no-script", "--stop", "--quiet", "--no-color"],
    ],
    [
      ["attach", "oslo", ""],
      ["--quiet", "--no-color"],
    ],
    [["destroy", "--i"], ["--if-exists"]],
    [["list", ""], names],
    [
      ["list", "oslo", ""],
      ["--json", "--stats", "--no-color"],
    ],
    [["vars", "my"], ["my shop/paris"]],
    [
      ["vars", "./"],
      [`./a:b/oslo`, "./my shop/paris", `./${odd}/rome`],
    ],
    [["vars", "~/code/a"], ["~/code/a:b/oslo"]],
    [["vars", "--", "p"], ["paris"]],
    [
      ["init", ""],
      ["a:b/", `${odd}/`, "my shop/", "run/", "tmp/"],
    ],
    [["init", "~/co"], ["~/code/"]],
    [["init", "a:b/"], ["a:b/oslo/"]],
    [["init", "/nowhere/"], []],
    [
      ["exec", "oslo", ""],
      ["--", "--service", "--no-color"],
    ],
    [
      ["exec", "oslo", "-s", ""],
      ["db", "web"],
    ],
    [["exec", "--service", "q"], ["queue"]],
    [
      ["exec", "-s", ""],
      ["db", "queue", "web"],
    ],
    [
      ["exec", "~/code/a:b/oslo", "--service", ""],
      ["db", "web"],
    ],
    [["exec", "oslo", "--service=w"], ["--service=web"]],
    [["logs", ""], names],
    [
      ["logs", "oslo", ""],
      ["db", "run", "web"],
    ],
    [["logs", "-n", "5", "oslo", "web", "d"], ["db"]],
    [["logs", "--ta"], ["--tail"]],
    [["logs", "--tail", ""], []],
    [["exec", "oslo", "--", ""], []],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["help", "v"], ["vars"]],
    [["help", "vars", ""], []],
    [["nothing", ""], []],
    [["vars", "nothing"], []],
    [["vars", "oslo", "o"], []],
  ];
  test.each(cases)("for %j: %j", async (words, expected) => {
    expect(await values(words)).toEqual([...expected]);
  });

  test("of an environment where it is", async () => {
    expect(await told(["run", "pa"])).toEqual([`paris\t${join(work, "my shop/paris")}`]);
  });

  test("writing nothing", async () => {
    const before = snapshot(world.home);
    for (const words of [[""], ["run", ""], ["exec", "oslo", "-s", ""], ["init", ""]]) await told(words);
    expect(snapshot(world.home)).toEqual(before);
    const elsewhere = join(world.folder, "elsewhere");
    await world.ok(["__complete", "words", "run", ""], { env: { MONO_HOME: elsewhere } });
    expect(existsSync(elsewhere)).toBe(false);
  });

  test("nothing at all when something is wrong", async () => {
    const broken = join(world.folder, "broken");
    writeFiles(broken, { "state.db": "no database".repeat(100) });
    const env = { MONO_HOME: broken };
    for (const args of [
      ["words", "run", ""],
      ["words", "init", "/nowhere/x"],
      ["words"],
      [],
      ["bash"],
      ["bash", "mono run '", "y"],
    ])
      expect(await world.mono(["__complete", ...args], { env })).toEqual({
        exitCode: 0,
        stdout: "",
        stderr: "",
      });
    expect(existsSync(join(broken, "mono.log"))).toBe(false);
  });
});

interface Shell {
  readonly argv: string;
  /** Its start-up files, below the home folder. */
  readonly files: Readonly<Record<string, string>>;
}

const shells: Readonly<Record<string, Shell>> = {
  bash: { argv: "bash --noprofile", files: { ".bashrc": 'PS1="> "; eval "$(mono completion bash)"\n' } },
  zsh: {
    argv: "zsh",
    files: {
      ".zshrc": 'PROMPT="> "; autoload -Uz compinit && compinit -u -D; eval "$(mono completion zsh)"\n',
    },
  },
  "zsh, from a folder of completions": {
    argv: "zsh",
    files: {
      ".zshrc":
        'PROMPT="> "; mkdir -p ~/f; mono completion zsh >~/f/_mono; fpath=(~/f $fpath); autoload -Uz compinit; compinit -u -D\n',
    },
  },
  fish: {
    // Without a history, of which fish would show what fits.
    argv: "fish --private",
    files: {
      ".config/fish/config.fish":
        'function fish_prompt; echo "> "; end; function fish_greeting; end; mono completion fish | source\n',
    },
  },
  "fish, from its folder of completions": {
    argv: "fish --private",
    files: {
      ".config/fish/config.fish":
        'function fish_prompt; echo "> "; end; function fish_greeting; end; mkdir -p ~/.config/fish/completions; mono completion fish >~/.config/fish/completions/mono.fish\n',
    },
  },
};

describe.each(Object.entries(shells))("Tab in %s", (name, { argv, files }) => {
  test("completes commands, flags, names and paths, in and out of quotes", async () => {
    writeFiles(home, files);
    const env = `env -u TMUX HOME='${home}' PATH='${home}/bin':"$PATH" MONO_HOME='${world.home}'`;
    const terminal = await openTerminal(world, `cd '${work}' && ${env} ${argv}`);
    const isEmpty = async () => (await terminal.screen()).trim() === ">";
    /** What is in the line when Tab has done its work. */
    const completes = async (typed: string, expected: string) => {
      await terminal.type("-l", "--", typed);
      await terminal.type("Tab");
      const isThere = async () => {
        const shown = (await terminal.screen()).split("\n").map((line) => line.trimEnd());
        return shown.includes(`> ${expected}`.trimEnd());
      };
      await eventually(`${typed} becomes ${expected}`, isThere).catch(async (error: unknown) => {
        throw new Error(`not on the screen:\n${await terminal.screen()}`, { cause: error });
      });
      await terminal.type("C-u");
      await terminal.type("C-l");
      await eventually(`an empty line after ${typed}`, isEmpty);
    };
    await eventually(`the prompt of ${name}`, isEmpty);
    await completes("mono ru", "mono run ");
    await completes("mono destroy --if", "mono destroy --if-exists ");
    await completes("mono run pa", "mono run paris ");
    await completes("cd / && mono attach os", "cd / && mono attach oslo ");
    await completes("mono vars ./my", "mono vars ./my\\ shop/paris ");
    await completes("mono vars my\\ sh", "mono vars my\\ shop/paris ");
    await completes("mono vars ~/code/my", "mono vars ~/code/my\\ shop/paris ");
    await completes("mono vars ~/code/a:", "mono vars ~/code/a:b/oslo ");
    await completes("mono vars ~/code/it", `mono vars ~/code/it\\'s\\ \\"q\\"\\ \\$x/rome `);
    await completes(`mono vars "${work}/my`, `mono vars "${work}/my shop/paris" `);
    await completes("mono init my", "mono init my\\ shop/");
    await completes("mono exec oslo -s w", "mono exec oslo -s web ");
    await completes("mono exec oslo -- mkfif", "mono exec oslo -- mkfifo ");
    await completes("mono exec oslo -- ls tm", "mono exec oslo -- ls tmp/");
    await completes("mono nothing ", "mono nothing ");
    // What is completed means what it should.
    const file = join(world.folder, `variables-${name}`);
    await terminal.type("-l", "--", "mono vars ~/code/it");
    await terminal.type("Tab");
    await terminal.type("-l", "--", `>'${file}'`);
    await terminal.type("Enter");
    const isWritten = () => existsSync(file) && readFileSync(file, "utf8").includes('MONO_ENV_NAME="rome"');
    await eventually("the variables of what was completed", isWritten);
  });
});

test("bash 3.2, which knows no compopt, gets candidates all the same", async () => {
  writeFileSync(join(home, "old.bash"), 'compopt() { echo "no compopt" >&2; return 1; }\n');
  const line = "mono init ~/co";
  const script = `. ~/old.bash; eval "$(mono completion bash)"; COMP_LINE='${line}' COMP_POINT=${line.length}; _mono mono '~/co' init; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { HOME: home, PATH: `${join(home, "bin")}:${process.env["PATH"]}` };
  expect(await world.call(["bash", "-c", script], { env, cwd: work })).toEqual({
    exitCode: 0,
    stdout: "~/code/\n",
    stderr: "",
  });
});

test("zsh without compinit is told so, in one line", async () => {
  const env = { HOME: home, PATH: `${join(home, "bin")}:${process.env["PATH"]}` };
  const { stderr } = await world.call(["zsh", "-f", "-c", 'eval "$(mono completion zsh)"'], { env });
  expect(stderr).toBe("mono: completion needs compinit before it: autoload -Uz compinit && compinit\n");
});
