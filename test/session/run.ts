/** draft */
import { createWorld, disposeWorld } from "../support/world.ts";
import { playStops, stoppedScripts, type StoppedScript } from "./stops.ts";
import { createQueue } from "../support/queue.ts";
const queue = createQueue(2);
const rounds = Number(process.argv[2] ?? 100);
await Promise.all(
  ([...Object.keys(stoppedScripts), "early"] as (StoppedScript | "early")[]).map((what, index) =>
    queue(async () => {
      const world = createWorld();
      try {
        const script = what === "early" ? "a shell that waits for its server" : what;
        const played = await playStops(world, {
          script,
          port: 41_000 + index,
          rounds,
          isEarly: what === "early",
        });
        const ms = played.map((p) => p.ms).toSorted((a, b) => a - b);
        console.log(
          what.padEnd(40),
          rounds,
          played.filter((p) => p.wrong.length > 0).length,
          Math.round(ms[Math.floor(ms.length / 2)] ?? 0),
          Math.round(ms.at(-1) ?? 0),
        );
        for (const p of played) for (const line of p.wrong) console.log("   ", line);
      } catch (error) {
        console.log(what, error);
      } finally {
        await disposeWorld(world);
      }
    }),
  ),
);
