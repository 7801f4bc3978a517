/** Projects of our own, two copies of each at once, judged as those of a corpus are. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { findCases } from "./corpus/cases.ts";
import { runCase } from "./corpus/run-case.ts";
import { repository } from "./support/world.ts";

for (const subject of await findCases(join(repository, "test/corpus/projects"), "runnable")) {
  test(subject.name, async () => {
    expect((await runCase(subject, 2)).reasons).toEqual([]);
  });
}

test("a folder of projects is a corpus, also without the folders of one", async () => {
  const cases = await findCases(join(repository, "test/corpus/projects"), "runnable", ["devcontainer"]);
  expect(cases.map(({ name, options }) => [name, options])).toEqual([
    [
      "devcontainer",
      ["-f", ".devcontainer/docker-compose.yml", "-f", ".devcontainer/docker-compose.local.yml"],
    ],
  ]);
});
