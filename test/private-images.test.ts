/** What a project builds is its copy's own, under a name that an image may have, and goes with it. Both builders. */
import { expect, test } from "bun:test";
import { destroyCopies, inContainer, twoCopies } from "./support/copies.ts";
import { describeWithEachCompose } from "./support/each-compose.ts";
import { docker, lines, writeFiles } from "./support/world.ts";

const build = '{ context: ., args: { BASE_IMAGE: "${BASE_IMAGE}" } }';
const files = {
  // What stands beside it is refused by no older Compose: a key for ssh that is not there, of a profile that is off.
  "compose.yaml": `services:
  base: { profiles: [build], build: ${build}, image: "acme/app:dev" }
  keys: { profiles: [keys], build: { context: ., ssh: ["default=./id"] } }
  Web: { build: ${build} }
  user: { image: "acme/app:dev" }
`,
  Dockerfile: 'ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nCOPY who /who\nCMD ["sleep", "1000"]\n',
  who: "first\n",
};

describeWithEachCompose((world) => {
  test.each(["1", "0"])("with DOCKER_BUILDKIT=%s", async (buildKit) => {
    const copies = await twoCopies(world, files, { env: { DOCKER_BUILDKIT: buildKit } });
    for (const copy of copies)
      for (const service of ["Web", "user"])
        expect(await inContainer(world, copy, service, "cat /who")).toBe("first\n");
    const [one, two] = copies;
    await world.ok(["destroy", one.path]);
    const images = ["image", "ls", "--format", "{{.Repository}}"];
    const ofTests = lines(await docker(world, images)).filter((name) =>
      name.includes(world.unique("").slice(1)),
    );
    expect(ofTests.filter((name) => name.startsWith(one.project))).toEqual([]);
    expect(ofTests.filter((name) => name.startsWith(two.project))).toHaveLength(2);
    // Another init builds what the files say now.
    writeFiles(one.path, { who: "second\n" });
    await world.ok(["init", one.path], { env: { DOCKER_BUILDKIT: buildKit } });
    const [container = ""] = lines(
      await docker(world, ["ps", "-q", "--filter", `name=^${one.project}-Web-1$`]),
    );
    expect(await docker(world, ["exec", container, "cat", "/who"])).toBe("second\n");
    await destroyCopies(world, copies);
  });
});
