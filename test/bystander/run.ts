/**
 * The whole bystander test: `bun test/bystander/run.ts [operations] [seed]`.
 *
 * An inventory of things that are not mono's and look like it; then 500 random operations from two homes, half of them
 * killed at random times. Afterwards the inventory is unchanged to the byte, and nothing of mono's is left. Prints what is
 * wrong, and exits 1 then. Needs the base image.
 */
import { createWorld, disposeWorld } from "../support/world.ts";
import { disturb } from "./operations.ts";

const operations = Number(process.argv[2] ?? 500);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));
console.log(`${operations} operations, seed ${seed}`);
const world = createWorld();
let wrong: readonly string[] = ["it did not come to its end"];
try {
  wrong = await disturb(world, { operations, seed, atOnce: 4 });
} finally {
  await disposeWorld(world);
}
for (const line of wrong) console.log(line);
console.log(wrong.length === 0 ? "nothing was touched, and nothing is left" : `${wrong.length} wrong`);
process.exit(wrong.length === 0 ? 0 : 1);
