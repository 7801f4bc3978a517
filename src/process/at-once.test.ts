import { expect, test } from "bun:test";
import { createTurns } from "./at-once.ts";

test("no more than so many run at once, all have their turn, and a failure gives its place on", async () => {
  const inTurn = createTurns(2);
  let [running, most] = [0, 0];
  const act = async (index: number) => {
    running++;
    most = Math.max(most, running);
    await Bun.sleep(1);
    running--;
    if (index % 3 === 0) throw new Error(String(index));
    return index;
  };
  const settled = await Promise.allSettled(
    Array.from({ length: 10 }, (_, index) => inTurn(() => act(index))),
  );
  expect(most).toBe(2);
  expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(6);
  expect(await inTurn(() => act(1))).toBe(1);
});
