import { describe, expect, test } from "bun:test";
import { createScreen } from "./screen.ts";

function screenOf(columns: number | undefined, keepsEscapes = columns !== undefined) {
  let text = "";
  const screen = createScreen({
    write: (part) => {
      text += typeof part === "string" ? part : Buffer.from(part).toString();
    },
    columns: () => columns,
    keepsEscapes: () => keepsEscapes,
  });
  return { screen, written: () => text };
}

const bytes = (text: string) => Buffer.from(text);

describe("in a file", () => {
  test("a child's output becomes lines without escape sequences", () => {
    const { screen, written } = screenOf(undefined);
    screen.output(bytes("\u001b[31mred"));
    screen.output(bytes(" still\u001b[0m\n10%\r20%\r"));
    expect(written()).toBe("red still\n10%\n");
    screen.output(bytes("30%\n"));
    expect(written()).toBe("red still\n10%\n20%\n30%\n");
  });

  test("mono's own lines begin at the beginning of a line", () => {
    const { screen, written } = screenOf(undefined);
    screen.output(bytes("no end"));
    screen.lines("✓ done\n");
    screen.output(bytes("more\n"));
    expect(written()).toBe("no end\n✓ done\nmore\n");
  });

  test("escape sequences go through when they are wanted", () => {
    const { screen, written } = screenOf(undefined, true);
    screen.output(bytes("\u001b[31mred\u001b[0m"));
    screen.lines("✓ done\n");
    expect(written()).toBe("\u001b[31mred\u001b[0m\u001b[0m\n✓ done\n");
  });

  test("has no room for a progress line", () => {
    expect(screenOf(undefined).screen.progressWidth).toBeUndefined();
  });
});

describe("on a terminal", () => {
  test("the output comes as it is, and mono's lines begin at the beginning of one", () => {
    const { screen, written } = screenOf(80);
    screen.output(bytes("10%\r20%"));
    screen.lines("✓ done\n");
    screen.output(bytes("more\n"));
    screen.lines("✓ done\n");
    expect(written()).toBe("10%\r20%\n✓ done\nmore\n✓ done\n");
  });

  test("a colour that the child has left does not reach mono's lines", () => {
    const { screen, written } = screenOf(80);
    screen.output(bytes("\u001b[31mred\n\u001b[1m"));
    screen.lines("✓ done\n");
    expect(written()).toBe("\u001b[31mred\n\u001b[1m\u001b[0m✓ done\n");
  });

  test("a progress line is written once, and erased before anything else", () => {
    const { screen, written } = screenOf(80);
    screen.progress("… 1s");
    screen.progress("… 1s");
    screen.output(bytes("line\n"));
    screen.lines("✓ done\n");
    const erased = "\u001b7\u001b[0m\u001b[J\u001b8";
    expect(written()).toBe(`\u001b7\u001b[0m… 1s\u001b8${erased}line\n✓ done\n`);
  });

  test("in the middle of a child's line it stands on the next row, which is made first", () => {
    const { screen, written } = screenOf(80);
    screen.output(bytes("10%"));
    screen.progress("… 1s");
    // On the last row of a terminal only ESC D makes another one; ESC [ B stays there, and would overwrite the 10%.
    expect(written()).toBe("10%\u001bD\u001b[A\u001b7\u001b[0m\u001b[B\r… 1s\u001b8");
    screen.output(bytes("\r20%"));
    expect(written()).toEndWith("\u001b7\u001b[0m\u001b[B\r\u001b[J\u001b8\r20%");
  });

  test("no progress line leaves nothing to erase", () => {
    const { screen, written } = screenOf(80);
    screen.progress("");
    screen.lines("");
    expect(written()).toBe("");
  });

  test("a progress line leaves a column free, and a terminal without a size counts as a usual one", () => {
    expect(screenOf(40).screen.progressWidth).toBe(39);
    expect(screenOf(0).screen.progressWidth).toBe(79);
  });
});
