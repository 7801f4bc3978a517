/** What README.md and docs/ say is true: their commands are run, their files read, their links followed. */
import { describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { parseDocument } from "yaml";
import { parseConfig } from "../src/config/mono-yml.ts";
import { brokenLinks, missingFiles } from "./docs/links.ts";
import { type Block, blocksOf, type Page, readPages } from "./docs/pages.ts";
import { walk } from "./docs/walk.ts";
import { nothingIsLeft } from "./support/leftovers.ts";
import { createWorld, disposeWorld, executable, repository, type World } from "./support/world.ts";

const pages = readPages();
const at = ({ file }: Page, { line }: Block) => `${file}:${line}`;
const blocks = pages.flatMap((page) => page.blocks.map((block) => ({ block, place: at(page, block) })));

const flag = /(?<=[\s`[])--[a-z][a-z-]+/g;
const shells = new Set(["sh", "console", "comment"]);
const texts = new Set(["", "text"]);
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  json: JSON.parse,
  toml: Bun.TOML.parse,
  yaml: readYamlBlock,
};

/** Commands are run or say why not, and everything else is in a language that is known here. */
function isMarked({ language, marks, text, whyNotRun }: Block): boolean {
  if (shells.has(language)) return marks.includes("run") !== (whyNotRun !== undefined);
  if (texts.has(language)) return !/^\$ /m.test(text);
  return readers[language] !== undefined;
}

/** A mono.yml is read by mono itself. */
function readYamlBlock(text: string): unknown {
  const document = parseDocument(text);
  if (document.errors.length > 0) throw document.errors[0];
  const value: unknown = document.toJS();
  const isMonos = typeof value === "object" && value !== null && ("scripts" in value || "compose" in value);
  return isMonos ? parseConfig(text, "mono.yml") : value;
}

/** What a page finds: mono on PATH, a home folder, workspaces of the example, and the repository they come from. */
function prepare(): World {
  const world = createWorld();
  const folder = join(world.env["HOME"] ?? "", "conductor/workspaces/shop");
  mkdirSync(folder, { recursive: true });
  for (const city of ["paris", "oslo", "rome"])
    cpSync(join(repository, "examples/shop"), join(folder, world.unique(city)), { recursive: true });
  const { MONO_HOME: _home, ...env } = world.env;
  const home = join(world.env["HOME"] ?? "", ".mono");
  const path = `${dirname(executable)}:${env["PATH"] ?? ""}`;
  const call: World["call"] = (argv, options) =>
    world.call(argv, { ...options, env: { MONO_HOME: undefined, PATH: path, ...options?.env } });
  return { ...world, home, env, call };
}

async function endWorld(world: World): Promise<void> {
  const { stdout } = await world.call([executable, "list", "--json"]);
  for (const { path } of (JSON.parse(stdout) as { environments: { path: string }[] }).environments)
    await world.call([executable, "destroy", "--force", path]);
  await disposeWorld(world);
}

describe("every block", () => {
  test("has a language that is known here, and commands are run or say why not", () => {
    const unmarked = blocks.filter(({ block }) => !isMarked(block));
    expect(unmarked.map(({ place }) => place)).toEqual([]);
  });

  test("of configuration can be read", () => {
    const wrong = blocks.flatMap(({ block: { language, text }, place }) => {
      try {
        readers[language]?.(text);
        return [];
      } catch (error) {
        return [`${place}: ${String(error)}`];
      }
    });
    expect(wrong).toEqual([]);
  });

  test("that is not run is shell all the same, and calls what is there", async () => {
    const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const wrong: string[] = [];
    for (const { block, place } of blocks.filter(({ block: { whyNotRun } }) => whyNotRun !== undefined)) {
      const source = block.text.replace(/^\$ /gm, "");
      const { exited, stderr } = Bun.spawn(["bash", "-n", "-c", source], { stderr: "pipe" });
      if ((await exited) !== 0) wrong.push(`${place}: ${await stderr.text()}`);
      const called = [...source.matchAll(/\bnpm (?:run ([\w:-]+)|(test))/g)].map(
        ([, run, alone]) => run ?? alone,
      );
      wrong.push(
        ...called.filter((name) => scripts[`${name}`] === undefined).map((name) => `${place}: ${name}`),
      );
    }
    expect(wrong).toEqual([]);
  });
});

test("every link leads somewhere, and every file that is named is there", () => {
  expect(brokenLinks(pages)).toEqual([]);
  expect(missingFiles(pages)).toEqual([]);
});

test("every page is in the README's index", () => {
  const index = pages.find(({ file }) => file === "README.md")?.text.split("## Documentation")[1] ?? "";
  expect(pages.filter(({ file }) => file !== "README.md" && !index.includes(`(${file})`))).toEqual([]);
});

test("docs/commands.md has every command and flag of --help, and no other", async () => {
  const page = readFileSync(join(repository, "docs/commands.md"), "utf8");
  const world = prepare();
  const helpOf = async (...args: string[]) => (await world.call([executable, ...args, "--help"])).stdout;
  try {
    const overview = await helpOf();
    const commands = [...new Set([...overview.matchAll(/^  mono ([a-z]+) /gm)].map(([, name]) => `${name}`))];
    const inPage = [...page.matchAll(/^\| `mono ([a-z]+)/gm)].map(([, name]) => `${name}`);
    expect(inPage.toSorted()).toEqual(commands.toSorted());
    const helps = await Promise.all(commands.map((command) => helpOf(command)));
    const flags = new Set(helps.flatMap((text) => text.split("EXAMPLES")[1]?.match(flag) ?? []));
    flags.add("--version");
    expect([...new Set(page.match(flag))].toSorted()).toEqual([...flags].toSorted());
  } finally {
    await endWorld(world);
  }
});

test("the recorded session shows the commands, and nothing of the machine it was recorded on", () => {
  const picture = readFileSync(join(repository, "docs/session.svg"), "utf8");
  for (const command of ["init .", "list", "destroy paris"]) expect(picture).toContain(`mono ${command}`);
  expect(picture).toContain("curl localhost:19100/cgi-bin/shop");
  expect(picture).toContain("The shop of shop-oslo, visit 1");
  expect(picture.length).toBeLessThan(100_000);
  const foreign =
    /\/(?:tmp|home|root|Users|var|private)\/|<script|<image|href|https?:\/\/(?!www\.w3\.org\/2000\/svg")/;
  expect(foreign.exec(picture)?.[0]).toBeUndefined();
  for (const own of [hostname(), userInfo().username, userInfo().homedir])
    expect(picture.replace(/<style>[^]*<\/style>/, "")).not.toContain(own);
});

describe("the commands of", () => {
  for (const page of pages.filter((each) => each.blocks.some(({ marks }) => marks.includes("run"))))
    test(page.file, async () => {
      const world = prepare();
      try {
        expect(await walk(world, page)).toEqual([]);
        await nothingIsLeft(world);
      } finally {
        await endWorld(world);
      }
    });
});

describe("the test of the pages", () => {
  const page = (text: string): Page => ({ file: "README.md", text, blocks: blocksOf(text) });
  const walked = async (text: string) => {
    const world = prepare();
    try {
      return await walk(world, page(text));
    } finally {
      await endWorld(world);
    }
  };

  test("sees a command that fails, with its line and what it said", async () => {
    const [wrong = ""] = await walked("# Page\n\n```sh run\ntrue\n```\n\n```sh run\nmono list --jsno\n```\n");
    expect(wrong).toStartWith("README.md:7: exit 2\nmono list --jsno\n");
    expect(wrong).toContain("--json");
  });

  test("sees an output that is another one, and takes [\u2026] for what the page leaves out", async () => {
    const block = (output: string) =>
      `\`\`\`console run\n$ printf 'one\\ntwo (3ms)\\nthree\\n'\n${output}\n\`\`\`\n`;
    expect(await walked(block("one\n[…]\nthree"))).toEqual([]);
    expect(await walked(block("o[…]\ntwo (12.5s)\nthree"))).toEqual([]);
    expect(await walked(block("one\nthree"))).toHaveLength(1);
  });

  test.each([
    ["```sh\nls\n```", false],
    ["```sh run\nls\n```", true],
    ["<!-- not run: it takes a network -->\n```sh\nbrew install mono\n```", true],
    ["<!-- not run: -->\n```sh\nbrew install mono\n```", false],
    ["<!-- not run: it takes a network -->\n```sh run\nbrew install mono\n```", false],
    ["```\n$ ls\n```", false],
    ["```\na picture\n```", true],
    ["```yml\na: b\n```", false],
  ])("knows whether a block is marked: %j", (text, expected) => {
    expect(blocksOf(text).map((block) => isMarked(block))).toEqual([expected]);
  });

  test("knows a link that leads nowhere", () => {
    const text = "# A page\n\n[a](README.md) [b](#a-page) [c](#elsewhere) [d](docs/none.md)\n";
    expect(brokenLinks([page(text)])).toEqual(["README.md: #elsewhere", "README.md: docs/none.md"]);
  });
});
