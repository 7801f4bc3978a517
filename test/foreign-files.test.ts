/** What containers leave in the data folder as root, and a user without root's rights has to get rid of. */
import { expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { unprivileged } from "./support/unprivileged.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { docker, dockerLeftovers, eventually, lines } from "./support/world.ts";

const world = worldForEachTest();

/** The user cannot read root's plugins. */
async function placeComposePlugin(): Promise<void> {
  const format = '{{range .ClientInfo.Plugins}}{{if eq .Name "compose"}}{{.Path}}{{end}}{{end}}';
  const plugin = (await docker(world, ["info", "--format", format])).trim();
  const folder = join(world.folder, "docker/cli-plugins");
  mkdirSync(folder, { recursive: true });
  copyFileSync(plugin, join(folder, "docker-compose"));
}
const socket = "/var/run/docker.sock";
const isRoot = process.getuid?.() === 0;

const compose = `services:
  db:
    image: "\${BASE_IMAGE}"
    command: [sh, -c, "mkdir -p /data/pg/base; echo 16 > /data/pg/base/1; chmod 700 /data/pg; touch /data/.hidden /data/done; exec sleep 99999"]
    volumes: ["\${MONO_DATA_DIR}:/data"]
`;

test.skipIf(!isRoot || !existsSync(socket))(
  "destroy removes them through a container of the environment, and says so",
  async () => {
    const path = world.workspace("foreign", { "compose.yml": compose });
    const name = world.unique("foreign");
    await placeComposePlugin();
    const user = unprivileged(world, { group: statSync(socket).gid });
    expect((await user.mono(["init", path])).stderr).toContain("is ready");
    const data = join(world.home, "data", name);
    await eventually("the files", () => existsSync(join(data, "done")));
    const { exitCode, stderr } = await user.mono(["destroy", path]);
    expect(stderr).toContain("removed files of other users from the data directory, through a container");
    expect(exitCode).toBe(0);
    expect(existsSync(data)).toBe(false);
    expect(lines(await docker(world, ["ps", "-aq", "--filter", `name=${name}`]))).toEqual([]);
    expect(await dockerLeftovers(world)).toEqual([]);
  },
);

test.skipIf(!isRoot || !existsSync(socket))(
  "no container is left: the line with sudo, and the environment stays until the files are gone",
  async () => {
    const path = world.workspace("bare", { "compose.yml": compose });
    const name = world.unique("bare");
    await placeComposePlugin();
    const user = unprivileged(world, { group: statSync(socket).gid });
    expect((await user.mono(["init", path])).stderr).toContain("is ready");
    const data = join(world.home, "data", name);
    await eventually("the files", () => existsSync(join(data, "done")));

    await docker(world, ["rm", "-f", `mono-${name}-db-1`]);
    const { exitCode, stderr } = await user.mono(["destroy", path]);
    expect(exitCode).toBe(1);
    const [, command = ""] = /run sudo (.*), then run mono destroy again/.exec(stderr) ?? [];
    await world.call(["sh", "-c", command]);
    expect((await user.mono(["destroy", path])).exitCode).toBe(0);
    expect(existsSync(data)).toBe(false);
  },
);
