import { expect, test } from "bun:test";
import fc from "fast-check";
import { createLocalTime } from "./local-time.ts";

const moment = fc.integer({ min: 0, max: Date.UTC(2037, 0) });

test("it is JavaScript's own local time", () => {
  const localTime = createLocalTime();
  fc.assert(
    fc.property(moment, (now) => {
      expect(localTime(now)).toBe(byDate(new Date(now)));
    }),
  );
});

test.each(["UTC", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe"])("in %s too", (zone) => {
  const times = fc.sample(moment, { numRuns: 50, seed: 1 });
  const script = `
    import { createLocalTime } from ${JSON.stringify(`${import.meta.dir}/local-time.ts`)};
    const localTime = createLocalTime();
    console.log(JSON.stringify(${JSON.stringify(times)}.map((now) => localTime(now))));`;
  const { stdout } = Bun.spawnSync([process.execPath, "-e", script], { env: { TZ: zone } });
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    timeStyle: "medium",
  });
  expect(JSON.parse(stdout.toString()).map((time: string) => time.slice(0, 8))).toEqual(
    times.map((now) => format.format(now)),
  );
});

function byDate(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const milliseconds = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`;
}
