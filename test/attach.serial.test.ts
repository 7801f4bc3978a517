import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openTerminal } from "./support/terminal.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { docker, eventually, executableInShell, lines, sessions } from "./support/world.ts";

const world = worldForEachTest();

/** The sessions of the world's default server that somebody looks at. */
async function watched(): Promise<string[]> {
  return lines((await world.call(["tmux", "list-clients", "-F", "#{client_session}"])).stdout);
}

async function detach(session: string): Promise<void> {
  await world.call(["tmux", "detach-client", "-s", `=${session}:`]);
}

test("attach shows the session until the person leaves it, and holds no lock meanwhile", async () => {
  const path = world.workspace("plain", { "mono.yml": "scripts:\n  run: echo it runs\n" });
  const session = `mono-${world.unique("plain")}`;
  await world.ok(["init", path]);
  const terminal = await openTerminal(world, `env -u TMUX -u TMUX_PANE ${executableInShell} attach ${path}`);
  await eventually("the client", async () => (await watched()).includes(session));
  await world.ok(["run", path]);
  await eventually("the run, shown", async () => (await terminal.screen()).includes("it runs"));
  await detach(session);
  expect(await terminal.status()).toBe(0);
  expect(await sessions(world)).toEqual([session]);
  // Nothing was missing, so nothing was done.
  expect(readFileSync(join(world.home, "mono.log"), "utf8")).not.toContain("mono attach");
});

test("inside tmux of another server the session is shown inside", async () => {
  const path = world.workspace("nested", {});
  const session = `mono-${world.unique("nested")}`;
  await world.ok(["init", path]);
  const terminal = await openTerminal(world, `test -n "$TMUX" && ${executableInShell} attach ${path}`);
  await eventually("the client", async () => (await watched()).includes(session));
  await detach(session);
  expect(await terminal.status()).toBe(0);
});

test("inside the person's own tmux the client switches, and the pane's command is over", async () => {
  const path = world.workspace("switched", {});
  const session = `mono-${world.unique("switched")}`;
  await world.ok(["init", path]);
  const status = join(world.folder, "switched-status");
  const inside = `while [ ! -e ${world.folder}/go ]; do sleep 0.05; done; MONO_HOME=${world.home} ${executableInShell} attach ${path}; echo $? >${status}; exec cat`;
  await world.call(["tmux", "new-session", "-d", "-s", "own", "sh", "-c", inside]);
  await openTerminal(world, "env -u TMUX -u TMUX_PANE tmux attach -t =own:");
  await eventually("the client", async () => (await watched()).includes("own"));
  await world.call(["touch", join(world.folder, "go")]);
  await eventually("the switch", async () => (await watched()).join() === session);
  await eventually("the end of attach", async () => (await world.call(["cat", status])).stdout === "0\n");
});

test("without a terminal: 2, and nothing is brought back", async () => {
  const path = world.workspace("blind", {});
  await world.ok(["init", path]);
  await world.call(["tmux", "kill-server"]);
  const result = await world.mono(["attach", path]);
  expect(result).toMatchObject({ exitCode: 2, stdout: "" });
  expect(result.stderr).toContain("needs a terminal");
  expect(await sessions(world)).toEqual([]);
});

test("what a reboot took is back, with its ports and its data", async () => {
  const path = world.copyOf("examples/shop", "shop");
  const name = world.unique("shop");
  const session = `mono-${name}`;
  await world.ok(["init", path]);
  const { stdout: variables } = await world.ok(["vars", path]);
  const port = /MONO_WEB_PORT="(\d+)"/.exec(variables)?.[1];
  const visit = async () => await (await fetch(`http://127.0.0.1:${port}/cgi-bin/shop`)).text();
  expect(await visit()).toBe(`The shop of ${name}, visit 1\n`);
  const label = `label=com.docker.compose.project=${session}`;
  const containers = async () => lines(await docker(world, ["ps", "-aq", "--filter", label]));
  const attachOnce = async () => {
    const terminal = await openTerminal(
      world,
      `env -u TMUX -u TMUX_PANE ${executableInShell} attach ${path}`,
    );
    await eventually("the client", async () => (await watched()).includes(session));
    await terminal.type('echo "port is $MONO_WEB_PORT"', "Enter");
    await eventually("the variables", async () => (await terminal.screen()).includes(`port is ${port}\n`));
    await detach(session);
    expect(await terminal.status()).toBe(0);
    expect((await world.ok(["vars", path])).stdout).toBe(variables);
  };

  await world.call(["tmux", "kill-server"]);
  await docker(world, ["stop", "-t", "0", ...(await containers())]);
  await attachOnce();
  expect(await visit()).toBe(`The shop of ${name}, visit 2\n`);

  await world.call(["tmux", "kill-server"]);
  await docker(world, ["rm", "-f", ...(await containers())]);
  await docker(world, ["network", "rm", `${session}_default`]);
  await attachOnce();
  expect(await visit()).toBe(`The shop of ${name}, visit 3\n`);
  await world.ok(["destroy", path]);
});
