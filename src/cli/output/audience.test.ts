import { expect, test } from "bun:test";
import { warningsOnly } from "../../log/narrator.ts";
import { createAudience } from "./audience.ts";
import { createScreen } from "./screen.ts";
import { createStyle } from "./style.ts";

/** An audience with a clock that goes when it is told to. */
function atTime(columns?: number) {
  let [time, text] = [0, ""];
  const timers = new Set<() => void>();
  const screen = createScreen({
    write: (part) => {
      text += typeof part === "string" ? part : Buffer.from(part).toString();
    },
    columns: () => columns,
    keepsEscapes: () => false,
  });
  const audience = createAudience(
    screen,
    createStyle(() => false),
    {
      now: () => time,
      every(_milliseconds, act) {
        timers.add(act);
        return () => timers.delete(act);
      },
    },
  );
  return {
    audience,
    timers,
    wait: (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        time += 1000;
        for (const act of timers) act();
      }
    },
    said: () => {
      const said = text;
      text = "";
      return said;
    },
  };
}

test("no timer goes but while a step runs", () => {
  const { audience, timers } = atTime();
  const endOuter = audience.started("undoing");
  const endInner = audience.busy("removing the containers");
  expect(timers.size).toBe(1);
  endInner();
  expect(timers.size).toBe(1);
  endOuter();
  expect(timers.size).toBe(0);
});

test("in a file, a step that takes long gives a sign of life, and one that is quick says nothing meanwhile", () => {
  const { audience, said, wait } = atTime();
  const end = audience.started("running init script: npm ci");
  audience.output(Buffer.from("\u001b[32madded\u001b[0m 300 packages\n"));
  wait(29);
  expect(said()).toBe("→ running init script: npm ci\nadded 300 packages\n");
  wait(2);
  expect(said()).toBe("… still running init script: npm ci (30s), last output: added 300 packages\n");
  end();
  audience.ended("init script completed (exit 0)", "success", 31_000);
  expect(said()).toBe("✓ init script completed (exit 0) (31s)\n");
  const endOther = audience.busy("removing the data directory");
  wait(29);
  endOther();
  expect(said()).toBe("");
});

test("on a terminal, the progress line is there while a step runs, and erased at its end", () => {
  const { audience, said, wait } = atTime(60);
  const end = audience.busy("removing the data directory");
  wait(2);
  expect(said()).toEndWith("\u001b7\u001b[0m… 2s removing the data directory\u001b8");
  end();
  expect(said()).toBe("\u001b7\u001b[0m\u001b[J\u001b8");
  wait(60);
  expect(said()).toBe("");
});

test("a quiet one passes on warnings alone", () => {
  const { audience, said, wait } = atTime();
  const quiet = warningsOnly(audience);
  const end = quiet.started("running init script: npm ci");
  quiet.output(Buffer.from("added 300 packages\n"));
  quiet.progress("pulled 1 of 2 layers");
  wait(60);
  quiet.warning("Docker's address pools are used up");
  end();
  quiet.ended("init script completed (exit 0)", "success", 31_000);
  quiet.busy("removing the data directory")();
  expect(said()).toBe("! Docker's address pools are used up\n");
});
