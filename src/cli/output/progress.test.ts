import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createProgress } from "./progress.ts";

function atTime() {
  let time = 0;
  const progress = createProgress(() => time);
  return {
    progress,
    wait: (seconds: number) => {
      time += seconds * 1000;
    },
  };
}

describe("the progress line", () => {
  test("is empty while nothing takes long", () => {
    const { progress, wait } = atTime();
    expect(progress.line(80)).toBe("");
    progress.begin("running");
    wait(0.9);
    expect(progress.line(80)).toBe("");
    wait(0.2);
    expect(progress.line(80)).toBe("… 1s running");
  });

  test("is of the innermost step, and of the outer one again when that has ended", () => {
    const { progress, wait } = atTime();
    const endOuter = progress.begin("undoing");
    wait(60);
    const endInner = progress.begin("running docker compose down");
    wait(5);
    expect(progress.line(80)).toBe("… 5s running docker compose down");
    endInner();
    expect(progress.line(80)).toBe("… 1m5s undoing");
    endOuter();
    expect(progress.line(80)).toBe("");
    expect(progress.isIdle()).toBe(true);
  });

  test("forgets the steps inside of one that ends: they were cut short", () => {
    const { progress, wait } = atTime();
    const end = progress.begin("undoing");
    progress.begin("running docker compose down");
    wait(5);
    end();
    expect(progress.isIdle()).toBe(true);
  });

  test("repeats a child's last line when it has been silent", () => {
    const { progress, wait } = atTime();
    progress.begin("running init script: npm ci");
    wait(10);
    progress.output("\u001b[32madded\u001b[0m 300 packages");
    wait(2);
    expect(progress.line(80)).toBe("… 12s running init script: npm ci");
    wait(2);
    expect(progress.line(80)).toBe("… 14s running init script: npm ci · last output: added 300 packages");
  });

  test("tells at once what a step is at", () => {
    const { progress, wait } = atTime();
    progress.begin("running docker compose up");
    wait(2);
    progress.note("pulled 3 of 14 layers");
    expect(progress.line(80)).toBe("… 2s running docker compose up · pulled 3 of 14 layers");
  });

  test("fits, whatever the width and the text", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.string({ unit: "grapheme" }), fc.string(), (width, text, line) => {
        const { progress, wait } = atTime();
        progress.begin(text);
        progress.note(line);
        wait(5);
        expect(Bun.stringWidth(progress.line(width))).toBeLessThanOrEqual(width);
      }),
    );
  });

  test("shows the beginning of both texts when there is no room for all", () => {
    const { progress, wait } = atTime();
    progress.begin("running init script: npm ci && npm run build");
    wait(5);
    progress.note("last output: added 300 packages in 3 s");
    expect(progress.line(40)).toBe("… 5s running ini… · last output: added …");
  });
});

describe("the sign of life", () => {
  /** The seconds at which there is one. */
  function signs(
    seconds: number,
    act: (second: number, progress: ReturnType<typeof createProgress>) => void,
  ) {
    const { progress, wait } = atTime();
    const found: string[] = [];
    progress.begin("running init script: npm ci");
    for (let second = 1; second <= seconds; second++) {
      wait(1);
      act(second, progress);
      const sign = progress.sign();
      if (sign !== undefined) found.push(sign);
    }
    return found;
  }

  test("comes after half a minute of silence, and then less and less often", () => {
    const text = "… still running init script: npm ci";
    expect(signs(3600, () => {})).toEqual(
      ["30s", "1m30s", "3m30s", "7m30s", "15m30s", "25m30s", "35m30s", "45m30s", "55m30s"].map(
        (elapsed) => `${text} (${elapsed})`,
      ),
    );
  });

  test("does not come while the child prints, and repeats its last line afterwards", () => {
    const found = signs(100, (second, progress) => {
      if (second <= 60) progress.output(`line ${second}`);
    });
    expect(found).toEqual(["… still running init script: npm ci (1m30s), last output: line 60"]);
  });

  test("comes also when something counts up, which a file does not see", () => {
    const found = signs(31, (second, progress) => progress.note(`pulled ${second} of 40 layers`));
    expect(found).toEqual(["… still running init script: npm ci (30s), pulled 30 of 40 layers"]);
  });
});
