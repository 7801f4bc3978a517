/** What SECURITY.md says that mono protects: tried with hostile eyes. */
import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { nothingIsLeft } from "./support/leftovers.ts";
import { unprivileged } from "./support/unprivileged.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { eventually, executable, lines, namesIn, type Result, sessions } from "./support/world.ts";

const world = worldForEachTest();
const isRoot = process.getuid?.() === 0;
/** What a terminal obeys; of the control characters text has only the line feed. */
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/; // oxlint-disable-line no-control-regex -- looked for

function expectPlain({ stderr, stdout }: Result): void {
  expect(JSON.stringify(controls.exec(stderr + stdout)?.[0])).toBeUndefined();
}

/** Paths below a folder, with their modes. */
function modesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return `${entry.isDirectory() ? "folder" : "file"} ${(statSync(path).mode & 0o777).toString(8)}`;
  });
}

test("a path that is shell, tmux or terminal language is a path: in a home that is one, too", async () => {
  const home = join(
    world.folder,
    "ho'me $(touch pwned) `touch pwned` #{session_name} %H \"; touch pwned;\nx",
  );
  const path = world.workspace("$(touch pwned)`touch pwned`; touch pwned #S '%d\u001b]0;title\u0007\n;", {
    "mono.yml":
      "scripts:\n  init: 'true'\n  setup: 'true'\n  run: pwd >$MONO_DATA_DIR/ran\n  destroy: 'true'\n",
  });
  const env = { MONO_HOME: home };
  expectPlain(await world.ok(["init", path], { env }));
  expect((await world.mono(["init", path], { env })).exitCode).toBe(4);
  expectPlain(await world.mono(["init", path], { env }));
  expectPlain(await world.ok(["run", path], { env }));
  expectPlain(await world.ok(["list"], { env }));
  const exported = (await world.ok(["vars", path], { env })).stdout;
  const { stdout } = await world.call([
    "sh",
    "-c",
    'eval "$1" && printf %s "$MONO_ENV_PATH|$MONO_DATA_DIR"',
    "sh",
    exported,
  ]);
  const [stored, data = ""] = stdout.split("|");
  expect(stored).toBe(path);
  await eventually("the run", () => existsSync(join(data, "ran")));
  expect(await world.ok(["exec", path, "--", "pwd"], { env })).toMatchObject({ stdout: `${path}\n` });
  const [session = ""] = await sessions(world);
  expect(session).toMatch(/^mono-[a-z0-9_-]+$/);
  expectPlain(await world.ok(["destroy", path], { env }));
  for (const folder of [path, world.folder, data])
    expect(namesIn(folder).filter((name) => name.includes("pwned") && !name.startsWith("ho'me"))).toEqual([]);
  expect(
    lines(readFileSync(join(home, "mono.log"), "utf8")).filter(
      (line) => controls.test(line) || !line.startsWith("["),
    ),
  ).toEqual([]);
});

test("errors say what they were given, and a terminal obeys none of it", async () => {
  const odd = "/nowhere/\u001b[31mred\n\u001b]0;title\u0007\u009b2J";
  const calls = [
    ["init", odd],
    ["destroy", odd],
    ["exec", world.folder, "--", odd],
    ["vars", odd],
    [odd],
    ["list", odd],
    ["vars", `--${odd}`],
  ];
  for (const args of calls) {
    const result = await world.mono(args);
    expect(result.exitCode).not.toBe(0);
    expect(JSON.stringify([args[0], controls.exec(result.stderr)?.[0]])).toBe(
      JSON.stringify([args[0], undefined]),
    );
  }
});

test("under any umask, what mono makes is its user's alone", async () => {
  const path = world.workspace("shop", {
    "mono.yml": "scripts:\n  init: echo hi\n  run: |\n    #!/bin/sh\n    echo hi\n",
  });
  const mono = (command: string) =>
    world.call(["sh", "-c", 'umask 000 && exec "$0" "$@"', executable, command, path]);
  for (const command of ["init", "run"]) expect((await mono(command)).exitCode).toBe(0);
  const allowed = new Set(["folder 700", "file 600", "file 700"]);
  const modes = [`folder ${(statSync(world.home).mode & 0o777).toString(8)}`, ...modesIn(world.home)];
  expect(modes.filter((mode) => !allowed.has(mode))).toEqual([]);
  // Only a script that is a program may be started.
  expect(modes.filter((mode) => mode === "file 700")).toHaveLength(1);
  expect((await mono("destroy")).exitCode).toBe(0);
  await nothingIsLeft(world);
});

test("what a link in place of the data folder leads to stays, also when the link cannot be removed", async () => {
  const path = world.workspace("shop", {});
  const target = join(world.folder, "target");
  mkdirSync(target, { mode: 0o755 });
  writeFileSync(join(target, "kept"), "");
  const user = unprivileged(world);
  expect((await user.mono(["init", path])).exitCode).toBe(0);
  const data = join(world.home, "data", world.unique("shop"));
  rmdirSync(data);
  symlinkSync(target, data);
  chmodSync(join(world.home, "data"), 0o500);
  const refused = await user.mono(["destroy", path]);
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("cannot remove") });
  expect(namesIn(target)).toEqual(["kept"]);
  expect(statSync(target).mode & 0o777).toBe(0o755);
  chmodSync(join(world.home, "data"), 0o700);
  expect((await user.mono(["destroy", path])).exitCode).toBe(0);
  expect(namesIn(target)).toEqual(["kept"]);
  expect(namesIn(join(world.home, "data"))).toEqual([]);
});

describe("a home folder in which others could put their own in the place of mono's is refused:", () => {
  test("one that everybody may write", async () => {
    const path = world.workspace("shop", {});
    mkdirSync(world.home);
    chmodSync(world.home, 0o777);
    const refused = await world.mono(["init", path]);
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("can be written to by everybody"),
    });
    expect(namesIn(world.home)).toEqual([]);
    chmodSync(world.home, 0o755);
    await world.ok(["init", path]);
    await world.ok(["destroy", path]);
  });

  test.if(isRoot)("one of another user (as root, since that takes two)", async () => {
    const path = world.workspace("shop", {});
    mkdirSync(world.home);
    const user = unprivileged(world);
    chownSync(world.home, 12_345, 12_345);
    chmodSync(world.home, 0o775);
    const refused = await user.mono(["init", path]);
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("belongs to another user"),
    });
    expect(namesIn(world.home)).toEqual([]);
  });
});

test("no value is on a command line, of whatever mono starts", async () => {
  const secret = `secret-${world.unique("value")}`;
  const look = "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' >>\"$MONO_ENV_PATH/commands\"";
  const path = world.workspace("shop", {
    "mono.yml": `scripts:\n  init: ${look}\n  setup: ${look}\n  run: ${look}; echo done >>"$MONO_ENV_PATH/commands"\n`,
    "compose.yml":
      "services:\n  web: { image: '${BASE_IMAGE}', command: [sleep, '600'], environment: { TOKEN: '${SECRET}' } }\n",
  });
  // Programs that write down what they are called with.
  const spies = join(world.folder, "spies");
  mkdirSync(spies);
  for (const program of ["docker", "tmux", "sh", "ps", "mkfifo"]) {
    const script = `#!/bin/bash\nprintf '%s ' "$0" "$@" >>'${world.folder}/calls'\nexec '${Bun.which(program)}' "$@"\n`;
    writeFileSync(join(spies, program), script, { mode: 0o755 });
  }
  const env = { SECRET: secret, CONDUCTOR_TOKEN: secret, PATH: `${spies}:${world.env["PATH"]}` };
  await world.ok(["init", path], { env });
  await world.ok(["run", path], { env });
  const commands = () => readFileSync(join(path, "commands"), "utf8");
  await eventually("the run", () => commands().includes("done"));
  await world.ok(["destroy", path], { env });
  const calls = readFileSync(join(world.folder, "calls"), "utf8");
  for (const program of ["docker", "tmux"]) expect(calls).toContain(`/spies/${program} `);
  // Not toContain: it would print all of it.
  expect([calls.includes(secret), commands().includes(secret)]).toEqual([false, false]);
});
