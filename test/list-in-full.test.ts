/** `mono list` of one environment, with what containers take, and in JSON with all that there is. */
import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { closedSchemaOf, problemsWith } from "./support/schemas.ts";
import { openTerminal } from "./support/terminal.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { baseImage, docker, eventually, executableInShell } from "./support/world.ts";

const world = worldForEachTest();

const service = `image: "${baseImage}", init: true, stop_signal: KILL`;
const files = {
  "compose.yml": `services:
  db: { ${service}, command: sleep 1000, ports: ["5432:5432"], volumes: ["data:/data", "/tmp:/host"], healthcheck: { test: "true", interval: 200ms } }
  web: { ${service}, command: sleep 1000, ports: ["8000:8000"], environment: { DB: "localhost:5432" } }
  once: { image: "${baseImage}", command: "true" }
  tool: { image: "${baseImage}", command: "true", profiles: [tools] }
volumes: { data: {} }
`,
  "mono.yml": "scripts:\n  run: exit 3\n",
};

async function answerOf(args: readonly string[]) {
  const answer = JSON.parse((await world.ok(["list", "--json", ...args])).stdout);
  expect(problemsWith(answer, closedSchemaOf("list"))).toEqual([]);
  return answer.environments;
}

test("one environment in full: services, run, session, data, what is shared", async () => {
  const path = world.workspace("full", files);
  const name = basename(path);
  await world.ok(["init", path]);
  const plain = world.workspace("plain", {});
  await world.ok(["init", plain]);
  const [before] = await answerOf([path]);
  expect(before.run).toEqual({ state: "none", since: null, exitStatus: null });
  await world.ok(["run", path]);
  await eventually("the end of the run", async () => (await answerOf([path]))[0].run.exitStatus === 3);
  await docker(world, ["kill", `mono-${name}-web-1`]);

  const { stdout } = await world.ok(["list", name]);
  const { stdout: vars } = await world.ok(["vars", "--json", path]);
  const { MONO_DB_PORT: db, MONO_WEB_PORT: web } = JSON.parse(vars).variables;
  const shown = stdout.replace(/\d+[smh] ago/g, "AGO");
  expect(shown).toBe(`${name}  partial
  workspace  ${path}
  made       AGO
  session    mono-${name}, nobody attached
  run        exited 3, AGO
  data       ${join(world.home, "data", name)}
  volumes    mono-${name}_data
  shares     service db: writes to /tmp, outside the workspace
  wrong      web DB: localhost:5432, but db is at ${db} here

SERVICE  STATE              ADDRESS
db       running (healthy)  localhost:${db}
once     exited (0)
web      exited (137)       http://localhost:${web}
`);

  const all = await answerOf(["--stats"]);
  expect(all).toMatchObject([
    {
      name,
      volumes: [`mono-${name}_data`],
      session: { name: `mono-${name}`, clients: 0 },
      services: [
        { service: "db", state: "running", health: "healthy", addresses: [`localhost:${db}`] },
        { service: "once", state: "exited", exitCode: 0 },
        { service: "web", state: "exited", exitCode: 137 },
      ],
    },
    { name: basename(plain), services: [], volumes: [], usage: null },
  ]);
  expect(all[0].usage.memoryBytes).toBeGreaterThan(10_000);
  expect(Date.parse(all[0].created)).toBeWithin(Date.now() - 600_000, Date.now());

  const { stdout: table } = await world.ok(["list", "--stats"]);
  expect(table).toMatch(/^NAME +PATH +STATUS +MEMORY +CPU TIME\n/);
  expect(table).toMatch(new RegExp(`${name} .* partial +[\\d.]+ [kM]?B +\\d+s\n`));
  expect(table).toMatch(new RegExp(`${basename(plain)} .* running +- +-\n`));
  await world.ok(["destroy", path, plain]);
});

test("who is attached is counted, containers that are gone are absent, and a word that means nothing is an error", async () => {
  const path = world.workspace("full", files);
  await world.ok(["init", path]);
  const terminal = await openTerminal(world, `env -u TMUX ${executableInShell} attach ${path}`);
  await eventually("the client", async () => (await answerOf([path]))[0].session.clients === 1);
  expect((await world.ok(["list", path])).stdout).toContain(", 1 attached\n");
  await terminal.close();
  await docker(world, ["rm", "-f", `mono-${basename(path)}-web-1`]);
  await world.call(["tmux", "kill-session", "-t", `=mono-${basename(path)}`]);
  rmSync(path, { recursive: true });
  const { stdout } = await world.ok(["list", path]);
  expect(stdout).toStartWith(`${basename(path)}  missing folder\n`);
  expect(stdout).toContain("  session    none\n");
  expect(stdout).toContain("web      absent ");
  expect(stdout).not.toContain("tool");
  // Somebody else's session of that name is not the environment's.
  await world.call(["tmux", "new-session", "-d", "-s", `mono-${basename(path)}`]);
  expect((await answerOf([path]))[0].session).toBeNull();
  await world.call(["tmux", "kill-session", "-t", `=mono-${basename(path)}`]);
  const coloured = await world.ok(["list", path], { env: { FORCE_COLOR: "1" } });
  expect(coloured.stdout).toContain("\u001b[31mmissing folder\u001b[0m");
  expect((await world.mono(["list", "nothing"])).exitCode).toBe(3);
  await world.ok(["destroy", path]);
});
