/** No two copies have a port in common: the cases of `docs/compose.md` that publish some. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { containerOf, destroyCopies, inContainer, twoCopies, waiting } from "./support/copies.ts";
import { describeWithEachCompose } from "./support/each-compose.ts";
import { nothingIsLeft } from "./support/leftovers.ts";
import { baseImage, docker, lines } from "./support/world.ts";

const compose = (text: string) => ({ "compose.yaml": text });

describeWithEachCompose((world) => {
  test("ports in every form get host ports of the environment, and keep address and protocol", async () => {
    const copies = await twoCopies(
      world,
      compose(`services:
  web: ${waiting}, ports: ["8080:80", "81", "127.0.0.1:82:82", "5353:53/udp", "5353:53", "4000-4002:4000-4002", "4100-4101:90",
    { target: 70, published: "7000", host_ip: "127.0.0.1", protocol: tcp }, "8081:80"] }
  api: ${waiting}, ports: ["8080:80"] }
  many: ${waiting}, ports: ["9090:9090"], scale: 2 }
`),
    );
    for (const copy of copies) {
      const base = Number(copy.variables["MONO_ENV_ID"]) * 100 + 19_000;
      const ports = Object.fromEntries(
        Object.entries(copy.variables)
          .filter(([name]) => name.includes("_PORT"))
          .map(([name, value]) => [name.replace("MONO_", ""), Number(value) - base]),
      );
      expect(ports).toEqual({
        WEB_PORT: 0,
        WEB_PORT_80: 0,
        WEB_PORT_81: 1,
        WEB_PORT_82: 2,
        WEB_PORT_53_UDP: 3,
        WEB_PORT_53: 3,
        WEB_PORT_4000: 4,
        WEB_PORT_4001: 5,
        WEB_PORT_4002: 6,
        WEB_PORT_90: 7,
        WEB_PORT_70: 9,
        API_PORT: 11,
        MANY_PORT: 12,
      });
      const web = containerOf(copy, "web");
      expect(web.published).toContain("82/tcp 127.0.0.1");
      expect(web.published).toContain("70/tcp 127.0.0.1");
      expect(web.published).toContain("53/udp");
      const replicas = copy.observed.containers.filter(({ service }) => service === "many");
      expect(replicas.flatMap(({ hostPorts }) => hostPorts).toSorted((a, b) => a - b)).toEqual([
        base + 12,
        base + 13,
      ]);
    }
    await destroyCopies(world, copies);
  });

  test("profiles: what mono.yml names runs, and the rest has its ports all the same", async () => {
    const copies = await twoCopies(world, {
      "compose.yaml": `services:
  idle: ${waiting}, profiles: [never], ports: ["80"] }
  tool: ${waiting}, profiles: [dev], ports: ["81"] }
  web: ${waiting}, ports: ["82"] }
`,
      "mono.yml":
        "compose:\n  profiles: [dev]\nscripts:\n  setup: docker compose config --services > active\n",
    });
    for (const { observed, path, variables } of copies) {
      expect(lines(readFileSync(join(path, "active"), "utf8")).toSorted()).toEqual(["tool", "web"]);
      expect(observed.containers.map(({ service }) => service).toSorted()).toEqual(["tool", "web"]);
      expect(Number(variables["MONO_WEB_PORT"]) - Number(variables["MONO_IDLE_PORT"])).toBe(2);
    }
    await destroyCopies(world, copies);
  });

  test("include, extends and several files that mono.yml names", async () => {
    const copies = await twoCopies(world, {
      "docker/dev.yml": `include: [../extra/compose.yml]
services:
  web: { extends: { file: base.yml, service: base }, ports: ["80"], volumes: ["./here:/here"] }
`,
      "docker/more.yml": "services:\n  web: { environment: { FROM: more } }\n",
      "docker/base.yml": `services:\n  base: ${waiting}, environment: { FROM: base, KEPT: yes-it-is } }\n`,
      "docker/here/file": "seen\n",
      "extra/compose.yml": `services:\n  cache: ${waiting}, ports: ["90"] }\n`,
      "mono.yml": "compose:\n  files: [docker/dev.yml, docker/more.yml]\n",
    });
    for (const copy of copies) {
      expect(await inContainer(world, copy, "web", "echo $FROM $KEPT; cat /here/file")).toBe(
        "more yes-it-is\nseen\n",
      );
      expect(Number(copy.variables["MONO_CACHE_PORT"]) - Number(copy.variables["MONO_WEB_PORT"])).toBe(1);
    }
    await destroyCopies(world, copies);
  });

  test("a port that is taken after the block was chosen: its holder is named, and all is undone", async () => {
    const path = world.workspace("taken-port", {
      "compose.yaml": `services:\n  web: ${waiting}, ports: ["80"] }\n`,
      "mono.yml": `scripts:\n  init: |\n    busybox nc -l -p $((19000 + 100 * MONO_ENV_ID)) </dev/null >/dev/null 2>&1 &\n    echo $! > holder\n    until busybox nc -z 127.0.0.1 1 || grep -qi ":$(printf %04X $((19000 + 100 * MONO_ENV_ID))) " /proc/net/tcp /proc/net/tcp6; do :; done\n`,
    });
    const result = await world.mono(["init", path]);
    const holder = readFileSync(join(path, "holder"), "utf8").trim();
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toMatch(new RegExp(`port \\d+ is already in use \\(busybox, pid ${holder}\\)`));
    // The init script has started it, so it is undone too.
    await nothingIsLeft(world);
  });

  test("a block in which somebody's container has a port is passed over", async () => {
    const [first, second] = [world.workspace("first", {}), world.workspace("second", {})];
    await world.ok(["init", first]);
    const idOf = async (path: string) => {
      return Number(JSON.parse((await world.ok(["vars", "--json", path])).stdout).variables.MONO_ENV_ID);
    };
    const id = await idOf(first);
    await world.ok(["destroy", first]);
    const name = world.unique("stranger");
    const port = `127.0.0.1:${19_000 + id * 100 + 77}:53/udp`;
    await docker(world, ["run", "-d", "--name", name, "-p", port, baseImage, "sleep", "1000"]);
    await world.ok(["init", second]);
    expect(await idOf(second)).toBeGreaterThan(id);
    await docker(world, ["rm", "-f", name]);
    await world.ok(["destroy", second]);
  });

  test("a changed compose file: run starts what is new, and nobody's port or data changes", async () => {
    const path = world.workspace("changing", {
      "compose.yaml": `services:\n  db: ${waiting}, ports: ["5432"], volumes: ["data:/data"] }\nvolumes: { data: }\n`,
      "mono.yml": "scripts:\n  run: 'true'\n",
    });
    await world.ok(["init", path]);
    const variables = async () => JSON.parse((await world.ok(["vars", "--json", path])).stdout).variables;
    const before = await variables();
    const project = `mono-${world.unique("changing")}`;
    await docker(world, ["exec", `${project}-db-1`, "sh", "-c", "echo kept > /data/file"]);
    await Bun.write(
      join(path, "compose.yaml"),
      `services:\n  first: ${waiting}, ports: ["80"] }\n  db: ${waiting}, ports: ["5432"], volumes: ["data:/data"], environment: [NEW=1] }\nvolumes: { data: }\n`,
    );
    await world.ok(["run", path]);
    const after = await variables();
    expect(after.MONO_DB_PORT).toBe(before.MONO_DB_PORT);
    expect(Number(after.MONO_FIRST_PORT)).toBe(Number(before.MONO_DB_PORT) + 1);
    expect(await docker(world, ["exec", `${project}-db-1`, "cat", "/data/file"])).toBe("kept\n");
    await world.ok(["destroy", path]);
  });
});
