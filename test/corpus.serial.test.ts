/**
 * Real Compose projects, two copies of each at once. The corpus is data from elsewhere: without it, at `$MONO_CORPUS`
 * or beside the repository, these tests are skipped. All of it: `bun test/corpus/run.ts <corpus folder>`.
 */
import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { findCases } from "./corpus/cases.ts";
import { runCase } from "./corpus/run-case.ts";
import { main } from "./corpus/run.ts";
import { createWorld, disposeWorld, repository, writeFiles } from "./support/world.ts";

const corpus = process.env["MONO_CORPUS"] ?? resolve(repository, "../shared/compose-corpus");

const samples = {
  "vaultwarden-playwright": "profiles, and services on the host's network",
  "eshop-on-containers": "many services, and an override",
  "sonarqube-dce": "fixed subnets, IPv6 too, and replicas",
  "unkey-dashboard": "a container name for every service",
  "docker-elk-fleet": "several files that mono.yml names, and a service on another's network",
};

for (const [name, kind] of Object.entries(samples)) {
  const [subject] = await findCases(corpus, "runnable", [name]);
  test.skipIf(subject === undefined)(`${name}: ${kind}`, async () => {
    if (subject === undefined) return;
    expect((await runCase(subject, 2)).reasons).toEqual([]);
  });
}

test("the runner notices that a project does not run", async () => {
  const world = createWorld();
  writeFiles(world.folder, {
    "corpus/runnable/broken/compose.yaml": [
      "services:",
      // While it is waited for, the other one's end is seen.
      "  sound: { image: mono-stub:latest, healthcheck: { test: exit 1, interval: 1h } }",
      '  broken: { image: mono-stub:latest, entrypoint: [/bin/busybox, "false"] }',
      "",
    ].join("\n"),
  });
  const printed: string[] = [];
  expect(await main([resolve(world.folder, "corpus")], (line) => printed.push(line))).toBe(1);
  expect(printed.join("\n")).toContain("service broken exited with 1");
  await disposeWorld(world);
});
