/**
 * Every program that mono asks fails in every way, under every command. Whatever comes of it: nothing that lives is called
 * gone, no error is a defect of mono, and the exit code is one of those that are documented.
 */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { breakProgram, engineSocketOf, failures, linkEngine, programs } from "./support/broken-programs.ts";
import { createWorld, disposeWorld, docker, lines, sessions, type World } from "./support/world.ts";

const files = {
  "compose.yml": 'services:\n  web:\n    image: "${BASE_IMAGE}"\n    command: [sleep, "99999"]\n',
  "mono.yml": "scripts:\n  run: exec sleep 99999\n",
};

const documented = new Set([0, 1, 2, 3, 4, 126, 127, 130, 143]);

/** These wait for many deadlines, one after the other: minutes each. */
const long = new Set<string>(["garbage", "hangs"]);
const isLongRun = process.env["MONO_TEST_ALL"] !== undefined;
const cells = failures
  .filter((failure) => isLongRun || !long.has(failure))
  .map((failure) => [failure] as const);

test.each(cells)("%s (all with MONO_TEST_ALL)", async (failure) => {
  // What hangs takes its deadlines side by side.
  const told = await Promise.all(programs.map((program) => survey(program, failure)));
  expect(told.flat()).toEqual([]);
});

async function survey(program: (typeof programs)[number], failure: (typeof failures)[number]) {
  const world = createWorld();
  linkEngine(world);
  const wrong: string[] = [];
  const complain = (args: readonly string[], what: string) =>
    wrong.push(`${program}, ${failure}: mono ${args.join(" ")}: ${what}`);
  try {
    const env = { DOCKER_HOST: `unix://${engineSocketOf(world)}` };
    const path = world.workspace("asked", files);
    const other = world.workspace("other", files);
    const name = world.unique("asked");
    await world.ok(["init", path], { env });
    await world.ok(["run", path], { env });
    const broken = breakProgram(world, program, failure);
    const call = async (...args: readonly string[]) => {
      const { exitCode, stderr, stdout } = await world.mono(args, { env: { ...env, ...broken.env } });
      if (!documented.has(exitCode)) complain(args, `exit ${exitCode}`);
      if (/defect of mono|^\s+at .*:\d+/m.test(stderr + stdout)) complain(args, stderr);
      if (exitCode !== 0 && !/^(✗|!) /m.test(stderr)) complain(args, `no error: ${stderr}`);
      return { args, exitCode, stderr, stdout };
    };
    const [listed] = await Promise.all([
      call("list"),
      call("vars", path),
      call("logs", path),
      call("exec", path, "--", "true"),
      call("exec", path, "--service", "web", "--", "true"),
    ]);
    if (/ stopped$/m.test(listed.stdout)) complain(listed.args, listed.stdout);
    await call("run", path);
    const init = await call("init", other);
    if (init.exitCode === 0) await call("destroy", other);
    const destroyed = await call("destroy", path);
    broken.repair();
    if (destroyed.exitCode === 0) await expectGone(world, name, (left) => complain(destroyed.args, left));
    // Whatever has happened, one command leaves nothing.
    await world.mono(["destroy", other], { env });
    const last = await world.mono(["destroy", "--if-exists", path], { env });
    if (last.exitCode !== 0) complain(["destroy"], `afterwards: ${last.stderr}`);
    await expectGone(world, name, (left) => complain(["destroy"], `afterwards: ${left}`));
  } finally {
    await disposeWorld(world);
  }
  return wrong;
}

/** Looks with programs that work. */
async function expectGone(world: World, name: string, complain: (left: string) => void): Promise<void> {
  const own = await sessions(world);
  if (own.includes(`mono-${name}`)) complain("its session lives");
  const label = `label=com.docker.compose.project=mono-${name}`;
  if (lines(await docker(world, ["ps", "-q", "--filter", label])).length > 0) complain("its containers run");
  const listed = await world.mono(["list"]);
  if (listed.stdout.includes(join(world.folder, name))) complain("it is listed");
}
