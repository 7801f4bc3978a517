/** Nothing collides: each case of `docs/compose.md`, two copies of it at once. Those with ports: ports.serial.test.ts. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { containerOf, destroyCopies, inContainer, resolveIn, twoCopies, waiting } from "./support/copies.ts";
import { describeWithEachCompose } from "./support/each-compose.ts";
import { docker, eventually, lines } from "./support/world.ts";

const compose = (text: string) => ({ "compose.yaml": text });

describeWithEachCompose((world) => {
  test("a container name is free again, and still reaches the service of the same copy", async () => {
    const copies = await twoCopies(
      world,
      compose(`services:
  db: ${waiting}, container_name: the-database }
  web: ${waiting} }
  sidecar: ${waiting}, network_mode: "container:the-database" }
`),
    );
    for (const copy of copies) {
      const [address] = Object.values(containerOf(copy, "db").networks);
      expect(await resolveIn(world, copy, "web", "the-database")).toBe(address ?? "");
      expect(await resolveIn(world, copy, "web", "db")).toBe(address ?? "");
      expect(await inContainer(world, copy, "sidecar", "ip -4 -o address")).toContain(` ${address}/`);
    }
    await destroyCopies(world, copies);
  });

  test("named networks, fixed subnets, addresses and bridges become private, and that is said", async () => {
    const copies = await twoCopies(
      world,
      compose(`services:
  web: ${waiting}, networks: { inner: { ipv4_address: 10.77.0.10 }, plain: } }
networks:
  inner:
    name: one-for-all
    ipam: { config: [{ subnet: 10.77.0.0/24, gateway: 10.77.0.1 }] }
    driver_opts: { com.docker.network.bridge.name: br-one-for-all, com.docker.network.bridge.enable_icc: "false" }
  plain: { name: another-for-all }
`),
    );
    for (const { project, observed, narration } of copies) {
      expect(observed.networks.toSorted()).toEqual([`${project}_inner`, `${project}_plain`]);
      expect(narration).toContain("network inner without its fixed subnet");
      expect(narration).toContain("network inner without its fixed bridge name");
      expect(narration).toContain("service web without its fixed address in network inner");
      const options = await docker(world, [
        "network",
        "inspect",
        `${project}_inner`,
        "--format",
        "{{json .Options}}",
      ]);
      expect(JSON.parse(options)).toEqual({ "com.docker.network.bridge.enable_icc": "false" });
    }
    await destroyCopies(world, copies);
  });

  test("an IPv6 network is each copy's own, and ${PWD} is the workspace, wherever mono is called", async () => {
    const copies = await twoCopies(
      world,
      compose(`services:
  web: ${waiting}, networks: [six], volumes: ["\${PWD}/dev:/dev-data"] }
networks:
  six: { enable_ipv6: true, ipam: { config: [{ subnet: "fd4d:6169:6c63:6f77::/64" }] } }
`),
    );
    const [one, two] = copies.map((copy) => containerOf(copy, "web"));
    expect(one?.binds).toEqual([join(copies[0].path, "dev")]);
    expect(two?.binds).toEqual([join(copies[1].path, "dev")]);
    for (const copy of copies)
      expect(await inContainer(world, copy, "web", "ip -6 -o address")).toContain(" fd");
    await destroyCopies(world, copies);
  });

  test("a named volume is each copy's own, and outlives the other's end", async () => {
    const copies = await twoCopies(
      world,
      compose(`services:
  db: ${waiting}, volumes: ["data:/data", "./inside:/inside"] }
volumes:
  data: { name: precious }
`),
    );
    const [one, two] = copies;
    await inContainer(world, one, "db", "echo one > /data/who; echo one > /inside/who");
    await inContainer(world, two, "db", "echo two > /data/who; echo two > /inside/who");
    expect(readFileSync(join(one.path, "inside/who"), "utf8")).toBe("one\n");
    await world.ok(["destroy", one.path]);
    expect(await inContainer(world, two, "db", "cat /data/who /inside/who")).toBe("two\ntwo\n");
    await world.ok(["destroy", two.path]);
  });

  test("a built image is each copy's own, also for the service that uses it by its tag", async () => {
    const files = {
      "compose.yaml": `services:
  web:
    build: { context: ., tags: ["one-for-all:extra"], args: { BASE_IMAGE: "\${BASE_IMAGE}" } }
    image: one-for-all:dev
    pull_policy: always
    command: sleep 1000
  worker: { image: "one-for-all:dev", command: sleep 1000 }
`,
      Dockerfile: "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nCOPY who /who\n",
      who: "",
      "mono.yml": 'scripts:\n  init: echo "$MONO_ENV_NAME" > who\n',
    };
    const copies = await twoCopies(world, files);
    for (const copy of copies) {
      for (const service of ["web", "worker"]) {
        expect(await inContainer(world, copy, service, "cat /who")).toBe(
          `${copy.variables["MONO_ENV_NAME"]}\n`,
        );
      }
      expect(copy.narration).not.toContain("Pulling");
    }
    expect(await docker(world, ["image", "ls", "-q", "one-for-all"])).toBe("");
    await destroyCopies(world, copies);
  });

  test("an inactive profile that lacks a file does not stand in the way", async () => {
    const path = world.workspace("lacking", {
      "compose.yaml": `services:
  web: ${waiting} }
  broken: ${waiting}, profiles: [never], env_file: [no-such-file] }
`,
    });
    await world.ok(["init", path]);
    await world.ok(["destroy", path]);
  });

  test("COMPOSE_FILE, COMPOSE_PROJECT_NAME and COMPOSE_PROFILES in .env count as they do for Compose", async () => {
    const copies = await twoCopies(world, {
      ".env":
        "COMPOSE_FILE=a.yml:b.yml\nCOMPOSE_PROJECT_NAME=one-for-all\nCOMPOSE_PROFILES=extra\nGREETING=hello\n",
      "a.yml": `name: also-one-for-all\nservices:\n  web: ${waiting}, environment: ["GREETING=\${GREETING}"] }\n`,
      "b.yml": `services:\n  more: ${waiting}, profiles: [extra] }\n`,
    });
    for (const copy of copies) {
      expect(copy.observed.containers.map(({ service }) => service).toSorted()).toEqual(["more", "web"]);
      expect(await inContainer(world, copy, "web", "echo $GREETING")).toBe("hello\n");
    }
    await destroyCopies(world, copies);
  });

  test("of several compose files, the one that Compose takes, and its override", async () => {
    const service = (name: string) => `services:\n  web: ${waiting}, environment: ["FROM=${name}"] }\n`;
    const path = world.workspace("order", {
      "compose.yml": service("compose.yml"),
      "docker-compose.yml": service("docker-compose.yml"),
      "compose.override.yml": "services:\n  web: { environment: [OVERRIDDEN=yes-it-is] }\n",
      "mono.yml": "scripts:\n  setup: docker compose exec -T web sh -c 'echo $FROM $OVERRIDDEN' > seen\n",
    });
    await world.ok(["init", path]);
    expect(readFileSync(join(path, "seen"), "utf8")).toBe("compose.yml yes-it-is\n");
    await world.ok(["destroy", path]);
  });

  test("dollars, secrets, configs, and what `config` itself prints wrong come through", async () => {
    const copies = await twoCopies(world, {
      "compose.yaml": `services:
  web:
    image: "\${BASE_IMAGE}"
    command: ["sh", "-c", "echo $$HOME '$$' > /seen; sleep 1000"]
    environment: { PRICE: "5$$ or $\${x}", DATE: "2001-01-01", NUMBER: "1_000", YES: "yes" }
    memswap_limit: -1
    secrets: [token]
    configs: [{ source: settings, target: /settings }]
    networks: { default: }
secrets: { token: { file: ./token, name: one-for-all } }
configs: { settings: { content: "a\\u0085b: $$HOME\\n", name: one-for-all } }
`,
      token: "s3cret\n",
    });
    for (const copy of copies) {
      await eventually(
        "the command",
        async () => (await inContainer(world, copy, "web", "cat /seen")) === "/ $\n",
      );
      expect(await inContainer(world, copy, "web", 'echo "$PRICE|$DATE|$NUMBER|$YES"')).toBe(
        "5$ or ${x}|2001-01-01|1_000|yes\n",
      );
      expect(await inContainer(world, copy, "web", "cat /run/secrets/token /settings")).toBe(
        "s3cret\na\u0085b: $HOME\n",
      );
    }
    await destroyCopies(world, copies);
  });

  test("a bare docker compose means the environment in scripts and in the session", async () => {
    const copies = await twoCopies(world, {
      "compose.yaml": `services:\n  web: ${waiting} }\n  other: ${waiting}, profiles: [never] }\n`,
      "mono.yml":
        "scripts:\n  setup: docker compose ps --format '{{.Name}}' > in-setup\n  run: docker compose ps --format '{{.Name}}' > in-run.new; mv in-run.new in-run\n",
    });
    for (const { path, project } of copies) {
      expect(readFileSync(join(path, "in-setup"), "utf8")).toBe(`${project}-web-1\n`);
      await world.ok(["run", path]);
      await eventually("the run", () => existsSync(join(path, "in-run")));
      expect(readFileSync(join(path, "in-run"), "utf8")).toBe(`${project}-web-1\n`);
    }
    await destroyCopies(world, copies);
  });

  test("what docker compose run has made goes too", async () => {
    const path = world.workspace("one-off", {
      "compose.yaml": `services:\n  web: ${waiting}, volumes: ["data:/data"] }\nvolumes: { data: }\n`,
    });
    await world.ok(["init", path]);
    const name = world.unique("one-off");
    const env = {
      COMPOSE_FILE: join(world.home, "environments", name, "docker-compose.mono.yml"),
      COMPOSE_PROJECT_NAME: `mono-${name}`,
    };
    const made = await world.call(["docker", "compose", "run", "-d", "web", "sleep", "1000"], { env });
    expect(made.exitCode).toBe(0);
    await world.ok(["destroy", path]);
  });

  test("what stays shared is reported, and --strict refuses it before anything starts", async () => {
    const [network, volume] = [world.unique("outer-net"), world.unique("outer-volume")];
    await docker(world, ["network", "create", network]);
    await docker(world, ["volume", "create", volume]);
    const path = world.workspace("sharing", {
      "compose.yaml": `services:
  web: ${waiting}, networks: [default, outer], volumes: ["kept:/kept", "${world.folder}:/outside", "${world.folder}:/read:ro", ".:/own", "./link:/link"] }
  api: ${waiting}, networks: [outer] }
  host: ${waiting}, network_mode: host }
networks: { outer: { external: true, name: ${network} } }
volumes: { kept: { external: true, name: ${volume} } }
`,
    });
    symlinkSync(world.folder, join(path, "link"));
    const project = `mono-${basename(path)}`;
    const onOuter = (name: string) =>
      `service ${name}: every copy has a ${name} in the external network outer: put it in a network of the project too, or call it ${project}-${name}-1`;
    const expected = [
      onOuter("api"),
      onOuter("web"),
      `network outer: external: ${network}`,
      `volume kept: external: ${volume}`,
      `service web: writes to ${world.folder}, outside the workspace`,
      `service web: writes to ${join(path, "link")}, outside the workspace`,
      "service host: network_mode: host",
    ];
    const strict = await world.mono(["init", "--strict", path]);
    expect(strict.exitCode).toBe(2);
    for (const line of expected) expect(strict.stderr).toContain(line);
    expect(strict.stderr).not.toContain("up -d");
    expect((await world.ok(["list"])).stdout).toBe("NAME  PATH  STATUS\n");

    const { stderr } = await world.ok(["init", path]);
    const reported = lines(stderr).filter((line) => line.includes("shared with other environments"));
    expect(reported.map((line) => line.replace(/^.*environments: /, "")).toSorted()).toEqual(
      expected.toSorted(),
    );
    const [listed] = JSON.parse((await world.ok(["list", "--json"])).stdout).environments;
    expect(listed.shared).toHaveLength(expected.length);
    await world.ok(["destroy", path]);
    expect(lines(await docker(world, ["network", "ls", "-q", "--filter", `name=${network}`]))).toHaveLength(
      1,
    );
    await docker(world, ["network", "rm", network]);
    await docker(world, ["volume", "rm", volume]);
  });

  test("two environments whose containers would have one name: a clear error for the second", async () => {
    const [short, long] = [
      join(world.folder, `x${world.unique("")}`),
      join(world.folder, `x${world.unique("")}-b`),
    ];
    for (const [path, service] of [
      [short, "b-web"],
      [long, "web"],
    ] as const) {
      await world.call(["mkdir", "-p", path]);
      await Bun.write(join(path, "compose.yaml"), `services:\n  ${service}: ${waiting} }\n`);
    }
    await world.ok(["init", short]);
    const refused = await world.mono(["init", long]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain("service web of");
    expect(refused.stderr).toContain("service b-web of");
    await world.ok(["destroy", short]);
    await world.ok(["init", long]);
    await world.ok(["destroy", long]);
  });
});
