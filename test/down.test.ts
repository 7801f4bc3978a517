/** The end of an environment, as its compose file says: hooks, providers, time to stop. */
import { expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { destroyCopies, twoCopies, waiting } from "./support/copies.ts";
import { describeWithEachCompose } from "./support/each-compose.ts";
import { docker, lines, writeFiles } from "./support/world.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";

const slow =
  "{ image: '${BASE_IMAGE}', stop_signal: SIGTERM, volumes: ['./out:/out'], command: [sh, -c, \"trap 'sleep 3; echo clean > /out/end; exit 0' TERM; while :; do sleep 60 & wait; done\"]";

const world = worldForEachTest();

test("hooks and providers have their turn, a provider that fails keeps the row, and --force continues", async () => {
  const bin = join(world.folder, "bin");
  // A provider is called once by each up and down, and answers in lines of JSON.
  writeFiles(bin, {
    "mono-provider": `#!/bin/sh
[ -e "$PROVIDER_BROKEN" ] && exit 3
[ "$2" = metadata ] || echo "$*" >> "$PROVIDER_CALLS"
`,
  });
  chmodSync(join(bin, "mono-provider"), 0o755);
  const calls = join(world.folder, "calls");
  const broken = join(world.folder, "broken");
  const env = {
    PATH: `${bin}${delimiter}${world.env["PATH"]}`,
    PROVIDER_CALLS: calls,
    PROVIDER_BROKEN: broken,
  };
  const copies = await twoCopies(
    world,
    {
      "compose.yaml": `services:
  web: ${waiting}, stop_signal: SIGTERM, volumes: ["./out:/out"], pre_stop: [{ command: [sh, -c, "echo hook > /out/hook"] }] }
  cloud: { provider: { type: mono-provider, options: { size: small } } }
`,
    },
    { env },
  );
  const [one, two] = copies;
  await world.ok(["destroy", one.path], { env });
  expect(readFileSync(join(one.path, "out/hook"), "utf8")).toBe("hook\n");
  expect(lines(readFileSync(calls, "utf8")).filter((line) => / down /.test(line))).toHaveLength(1);
  writeFileSync(broken, "");
  const refused = await world.mono(["destroy", two.path], { env });
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--force") });
  expect((await world.ok(["list"])).stdout).toContain(two.path);
  await world.ok(["destroy", "--force", two.path], { env });
});

describeWithEachCompose((each) => {
  test("a database gets its time after an edit, and a second when everything is thrown away, unless it asks for more", async () => {
    const files = {
      "compose.yaml": `services:
  db: ${slow}, environment: ["V=\${V}"] }
  patient: ${slow.replace("./out:", "./patient:")}, stop_grace_period: 30s }
`,
      ".env": "V=1\n",
      "mono.yml": "scripts:\n  run: 'true'\n",
    };
    const copies = await twoCopies(each, files);
    const [one, two] = copies;
    writeFiles(one.path, { ".env": "V=2\n" });
    await each.ok(["run", one.path]);
    expect(readFileSync(join(one.path, "out/end"), "utf8")).toBe("clean\n");
    await destroyCopies(each, copies);
    expect(existsSync(join(two.path, "out/end"))).toBe(false);
    expect(readFileSync(join(two.path, "patient/end"), "utf8")).toBe("clean\n");
  });

  test("without its file an environment goes by its labels", async () => {
    const copies = await twoCopies(each, { "compose.yaml": `services:\n  web: ${waiting} }\n` });
    for (const { project } of copies)
      rmSync(join(each.home, "environments", project.slice("mono-".length), "docker-compose.mono.yml"));
    await destroyCopies(each, copies);
    for (const { project } of copies)
      expect(
        await docker(each, ["ps", "-aq", "--filter", `label=com.docker.compose.project=${project}`]),
      ).toBe("");
  });
});
