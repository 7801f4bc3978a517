/** A system that shows each user their own processes alone: /proc mounted with `hidepid`. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { unprivileged } from "./support/unprivileged.ts";
import { lines, type Result } from "./support/world.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";

const world = worldForEachTest();
const canMount = process.getuid?.() === 0 && existsSync("/proc/self/stat") && Bun.which("unshare") !== null;

/** Calls mono as a user who sees no process of root. */
async function callHidden(level: number, args: readonly string[]): Promise<Result> {
  const hide = `mount -t proc -o hidepid=${level} proc /proc && exec "$@"`;
  const become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const mono = [join(world.folder, "mono"), ...args];
  return await world.call(["unshare", "--mount", "sh", "-c", hide, "hidden", ...become, ...mono], {
    // Not root's configuration of docker, which that user may not read.
    env: { DOCKER_CONFIG: join(world.folder, "docker") },
  });
}

test.skipIf(!canMount).each([1, 2])("an init that fails is undone with hidepid=%d", async (level) => {
  const path = world.workspace("shop", {
    "mono.yml": "scripts:\n  init: sleep 1000 & echo $! >left; exit 3\n",
  });
  unprivileged(world);
  const { exitCode, stderr } = await callHidden(level, ["init", path]);
  expect(stderr).toContain("exit 3");
  expect(stderr).not.toMatch(/EPERM|EACCES|defect|bug/);
  expect(exitCode).toBe(1);
  const left = readFileSync(join(path, "left"), "utf8").trim();
  const state = existsSync(`/proc/${left}/stat`) ? readFileSync(`/proc/${left}/stat`, "utf8") : " Z ";
  expect(state).toContain(" Z ");
  expect(lines((await callHidden(level, ["list"])).stdout).length).toBe(1);
});
