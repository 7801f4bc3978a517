/** Docker's own address pools hold about thirty networks; environments go on beyond them. Others need these pools. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { destroyCopies, resolveIn, twoCopies, waiting } from "./support/copies.ts";
import { describeWithPrivateEngine } from "./support/private-engine.ts";
import { createWorld, disposeWorld, docker, type World } from "./support/world.ts";

/** More than any default pools hold: a guard against an engine that never runs out. */
const enoughNetworks = 300;

describeWithPrivateEngine("past Docker's address pools", (engine) => {
  let world: World;
  let fillers: string[];
  beforeEach(() => {
    world = createWorld({ dockerHost: engine.host });
    fillers = [];
  });
  afterEach(async () => {
    if (fillers.length > 0) await docker(world, ["network", "rm", ...fillers]);
    await disposeWorld(world);
  });

  /** Makes networks until the engine has no subnet left. */
  async function usePoolsUp(): Promise<void> {
    for (let number = 0; number < enoughNetworks; number++) {
      const name = world.unique(`filler-${number}`);
      const { exitCode, stderr } = await world.call(["docker", "network", "create", name]);
      if (exitCode !== 0) {
        expect(stderr).toContain("address pool");
        return;
      }
      fillers.push(name);
    }
    throw new Error(`the engine gave ${enoughNetworks} networks without an end`);
  }

  test("an environment that has lost its networks keeps its data when it gets subnets of its own", async () => {
    const path = world.workspace("lost", {
      "compose.yml": `services:\n  db: ${waiting}, volumes: ["data:/data"] }\nvolumes: { data: }\n`,
      "mono.yml": "scripts:\n  run: 'true'\n",
    });
    const project = `mono-${world.unique("lost")}`;
    await world.ok(["init", path]);
    await docker(world, ["exec", `${project}-db-1`, "sh", "-c", "echo kept > /data/file"]);
    await docker(world, ["compose", "-p", project, "down", "-t", "1"]);
    await usePoolsUp();
    expect((await world.ok(["run", path])).stderr).toContain("Docker's address pools are used up");
    expect(await docker(world, ["exec", `${project}-db-1`, "cat", "/data/file"])).toBe("kept\n");
    await world.ok(["destroy", path]);
  });

  test("each copy's networks get small subnets of their own, and keep them", async () => {
    await usePoolsUp();
    const copies = await twoCopies(world, {
      "compose.yml": `services:\n  web: ${waiting}, networks: [front, back] }\n  db: ${waiting}, networks: [back] }\nnetworks: { front: , back: }\n`,
      "mono.yml": "scripts:\n  run: 'true'\n",
    });
    const subnetsOf = async () => {
      const format = "{{range .IPAM.Config}}{{.Subnet}}{{end}}";
      const networks = copies.flatMap(({ observed }) => observed.networks);
      return (await docker(world, ["network", "inspect", "--format", format, ...networks]))
        .trim()
        .split("\n");
    };
    const before = await subnetsOf();
    expect(new Set(before).size).toBe(4);
    for (const subnet of before) expect(subnet).toMatch(/^10\.\d+\.\d+\.\d+\/26$/);
    for (const copy of copies) {
      expect(copy.narration).toContain("Docker's address pools are used up");
      expect(await resolveIn(world, copy, "web", "db")).toStartWith("10.");
      await world.ok(["run", copy.path]);
    }
    expect(await subnetsOf()).toEqual(before);
    await destroyCopies(world, copies);
  });
});
