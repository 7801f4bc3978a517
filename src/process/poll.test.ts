import { expect, test } from "bun:test";
import { poll } from "./poll.ts";

/** Longer than any test may take. */
const never = 10 * 60_000;

test("what the first look finds comes at once, whatever the deadline", async () => {
  expect(await poll(() => "found", { everyMs: never, deadlineMs: 0 })).toBe("found");
});

test("it looks until something is found, and tells how long it has looked", async () => {
  const times: number[] = [];
  const look = (elapsedMs: number) => (times.push(elapsedMs) === 3 ? times : undefined);
  expect(await poll(look, { everyMs: 1 })).toBe(times);
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  expect(times[2]).toBeGreaterThan(0);
});

test("after the deadline nothing was found, and there was a look when it was over", async () => {
  let last = 0;
  const look = (elapsedMs: number) => {
    last = elapsedMs;
    return undefined;
  };
  expect(await poll(look, { everyMs: 1, deadlineMs: 20 })).toBeUndefined();
  expect(last).toBeGreaterThanOrEqual(20);
});

test("a stop ends a pause, and is too late for what has been found", async () => {
  const stop = new AbortController();
  const looked = Promise.withResolvers<void>();
  const polled = poll(() => looked.resolve(), { everyMs: never, stop: stop.signal });
  await looked.promise;
  stop.abort();
  expect(await polled).toBeUndefined();
  expect(await poll(() => "found", { everyMs: never, stop: stop.signal })).toBe("found");
});

test("a pause that is over leaves nothing on the signal", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--;
    remove(...args);
  };
  let looks = 0;
  const most: number[] = [];
  await poll(() => (most.push(listeners), ++looks === 5 ? true : undefined), { everyMs: 1, stop: signal });
  expect(most).toEqual([0, 0, 0, 0, 0]);
});
