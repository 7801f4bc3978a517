/** `mono logs --follow` while its Docker engine dies and comes back. */
import { expect, test } from "bun:test";
import { describeWithPrivateEngine } from "./support/private-engine.ts";
import { createWorld, disposeWorld, eventually, lines } from "./support/world.ts";

const compose = `services:
  web: { image: "\${BASE_IMAGE}", command: "sh -c 'cat /proc/sys/kernel/random/uuid; exec sleep 1000'", init: true, restart: always }
`;

describeWithPrivateEngine("an engine of its own", (engine) => {
  test("a follower waits for an engine that is gone, and continues with the containers that it starts again", async () => {
    const world = createWorld({ dockerHost: engine.host });
    try {
      const path = world.workspace("logs", { "compose.yml": compose });
      await world.ok(["init", path]);
      const child = world.start(["logs", "--follow", path, "web"]);
      let text = "";
      const read = async () => {
        for await (const bytes of child.stdout) text += new TextDecoder().decode(bytes);
      };
      const end = read();
      await eventually("the first start", () => lines(text).length === 1);
      await engine.kill();
      await engine.start();
      await eventually("the second start", () => lines(text).length === 2);
      await world.ok(["destroy", path]);
      expect(await child.exited).toBe(0);
      await end;
      // Each start printed a name of its own: none was read twice.
      expect(new Set(lines(text)).size).toBe(lines(text).length);
      expect(await child.stderr.text()).toContain("waiting for the engine");
    } finally {
      await disposeWorld(world);
    }
  });
});
