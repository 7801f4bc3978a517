/** What commands answer with --json: always one document, which its schema in `schemas/` describes. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { closedSchemaOf, problemsWith } from "./support/schemas.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { baseImage, type CallOptions, type Result } from "./support/world.ts";

const world = worldForEachTest();

/** Calls mono, which has to answer what the schema of its command says. */
async function answerOf(args: readonly string[], options?: CallOptions) {
  const result = await world.mono([...args, "--json"], options);
  const answer = JSON.parse(result.stdout);
  expect(problemsWith(answer, closedSchemaOf(result.exitCode === 0 ? (args[0] ?? "") : "error"))).toEqual([]);
  return { ...result, answer };
}

const files = {
  "mono.yml": "scripts:\n  init: echo narrated\n  run: sleep 60\n",
  "compose.yml": `
services:
  web:
    image: ${baseImage}
    command: sleep 1000
    init: true
    stop_signal: KILL
    ports: ["127.0.0.1:8080:80", "53:53/udp"]
    volumes: ["/tmp:/host"]
`,
};

test("init, run, list, vars and destroy answer what there is to know", async () => {
  const path = world.workspace("told", files);
  const name = world.unique("told");
  const { answer: made, stderr } = await answerOf(["init", path]);
  expect(stderr).toContain("narrated");
  const first = 19_000 + made.environment.id * 100;
  expect(made).toEqual({
    version: 1,
    environment: {
      id: made.environment.id,
      name,
      path,
      dockerProject: `mono-${name}`,
      phase: "ready",
      engine: made.environment.engine,
      session: `mono-${name}`,
      dataFolder: join(world.home, "data", name),
      ports: [
        { service: "web", protocol: "tcp", containerPort: 80, hostPort: first, hostIp: "127.0.0.1" },
        { service: "web", protocol: "udp", containerPort: 53, hostPort: first + 1, hostIp: null },
      ],
      variables: (await answerOf(["vars", name])).answer.variables,
      shared: [{ subject: "service web", reason: "writes to /tmp, outside the workspace" }],
      addresses: [],
    },
  });
  expect(made.environment.variables.MONO_WEB_PORT).toBe(String(first));
  expect((await answerOf(["run", path])).answer).toEqual(made);
  expect((await answerOf(["list"])).answer.environments).toMatchObject([{ name, status: "running" }]);
  const { id, dockerProject, engine } = made.environment;
  expect((await answerOf(["destroy", path])).answer).toEqual({
    version: 1,
    environment: { id, name, path, dockerProject, engine },
  });
  expect((await answerOf(["destroy", "--if-exists", path])).answer).toEqual({
    version: 1,
    environment: null,
  });
});

describe("an error is answered too, beside what a person reads", () => {
  const codes: readonly (readonly [readonly string[], string, number])[] = [
    [["vars", "/nowhere"], "no-such-environment", 3],
    [["destroy", "nobody"], "no-such-environment", 3],
    [["init", "/nowhere"], "usage", 2],
    [["vars"], "usage", 2],
    [["list", "extra"], "no-such-environment", 3],
    [["list", "one", "more"], "usage", 2],
    [["list", "--no"], "usage", 2],
    [["run", "--follow", "."], "usage", 2],
    [["attach", "."], "usage", 2],
    [["nobody"], "usage", 2],
  ];
  test.each(codes)("%j --json: %s, %p", async (args, code, exitCode) => {
    const { answer, ...result } = await answerOf(args);
    expect(result.exitCode).toBe(exitCode);
    expect(answer.error).toMatchObject({ code, exitCode });
    expectTold(result, answer.error);
  });

  test("of a script that fails, with its last lines", async () => {
    const path = world.workspace("failing", { "mono.yml": "scripts:\n  init: echo why; exit 3\n" });
    const { answer, ...result } = await answerOf(["init", path]);
    expect(answer.error).toMatchObject({ code: "failed", exitCode: 1, details: ["why"] });
    expectTold(result, answer.error);
  });

  test("of mono.yml, and of an environment that exists", async () => {
    const path = world.workspace("wrong", { "mono.yml": "script: x\n" });
    expect((await answerOf(["init", path])).answer.error).toMatchObject({
      code: "configuration",
      exitCode: 2,
    });
    const other = world.workspace("twice", {});
    await world.ok(["init", other]);
    expect((await answerOf(["init", other])).answer.error).toMatchObject({
      code: "already-exists",
      exitCode: 4,
    });
  });

  test("but not for a command of exec that has such a flag", async () => {
    const result = await world.mono(["exec", "nobody", "--", "program", "--json"]);
    expect(result).toMatchObject({ exitCode: 3, stdout: "" });
  });
});

function expectTold(
  { stderr }: Result,
  error: { readonly message: string; readonly hint: string | null },
): void {
  expect(stderr).toContain(`✗ ${error.message}`);
  if (error.hint !== null) expect(stderr).toContain(`↳ ${error.hint}`);
}
