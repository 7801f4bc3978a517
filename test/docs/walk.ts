/** A page's commands as somebody types them who reads it from the top: one shell, and files written as the page has them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { World } from "../support/world.ts";
import type { Block, Page } from "./pages.ts";

interface Step {
  readonly line: number;
  /** What the shell reads. */
  readonly source: string;
  /** What it has to print; undefined when the page does not say. */
  readonly output: string | undefined;
}

/** What pages call things: names that only one world may have on an engine. */
const named = /\b(paris|oslo|rome|lima|cairo|shared-(?:net|db))\b/g;

/** Runs the page in the world. Returns what is wrong: empty when every command did what the page says. */
export async function walk(world: World, page: Page): Promise<readonly string[]> {
  const suffix = world.unique("");
  const steps = page.blocks.flatMap((block) => stepsOf(block));
  const outputs = join(world.folder, "outputs");
  const source = steps.map((step, index) => {
    const text = step.source.replace(named, `$1${suffix}`);
    return `step=${step.line}\n{ ${text}\n} >"${outputs}/${index}" 2>&1 </dev/null`;
  });
  const head = `set -eu\nmkdir "${outputs}"\ntrap 'status=$?; [ "$status" = 0 ] || echo "$step" >"${outputs}/failed"' EXIT\ncd\n`;
  const { exitCode, stderr } = await world.call(["bash", "-c", head + source.join("\n")]);
  const read = (index: number) => readFileSync(join(outputs, String(index)), "utf8").replaceAll(suffix, "");
  if (exitCode !== 0) {
    const failed = Number(readFileSync(join(outputs, "failed"), "utf8"));
    const index = steps.findLastIndex(({ line }) => line === failed);
    return [`${page.file}:${failed}: exit ${exitCode}\n${steps[index]?.source}\n${read(index)}${stderr}`];
  }
  return steps.flatMap(({ line, output }, index) => {
    if (output === undefined) return [];
    const real = readFileSync(join(outputs, String(index)), "utf8");
    const seen = normal(real.replaceAll(suffix, "").replaceAll(`${world.env["HOME"]}`, "~"));
    return patternOf(output).test(seen)
      ? []
      : [`${page.file}:${line}: it prints\n${seen}\nand not\n${output}`];
  });
}

function stepsOf({ language, line, marks, text }: Block): readonly Step[] {
  const file = marks.find((mark) => mark.startsWith("file="))?.slice("file=".length);
  if (file !== undefined)
    return [{ line, source: `cat >${file} <<'END_OF_FILE'\n${text}\nEND_OF_FILE`, output: undefined }];
  if (!marks.includes("run")) return [];
  if (language !== "console") return [{ line, source: text, output: undefined }];
  return text.split(/^\$ /m).flatMap((part, index, all) => {
    if (index === 0) return [];
    const before = all.slice(0, index).join("$ ").split("\n").length - 1;
    const lines = part.replace(/\n$/, "").split("\n");
    const end = lines.findIndex((each, number) => number > 0 && !each.startsWith("> "));
    const typed = (end < 0 ? lines : lines.slice(0, end)).map((each) => each.replace(/^> /, ""));
    const output = end < 0 ? [] : lines.slice(end);
    return [{ line: line + 1 + before, source: typed.join("\n"), output: output.join("\n") }];
  });
}

/** Without what differs from one time to the next: how long things took, and how wide a column is. */
function normal(text: string): string {
  return text
    .trimEnd()
    .replace(/\((?:\d+m)?[\d.]+m?s\)/g, "(time)")
    .replace(/ +$/gm, "")
    .replace(/(?<=\S) {2,}/g, "  ");
}

/** `[…]` stands for any lines where it is alone on its line, and for any part of a line elsewhere. */
function patternOf(output: string): RegExp {
  const escaped = normal(output).replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const any = String.raw`\\\[…\\\]`;
  const pattern = escaped
    .replace(new RegExp(`^${any}\n`, "gm"), String.raw`(?:.*\n)*`)
    .replace(new RegExp(`\n${any}$`), String.raw`(?:\n.*)*`)
    .replace(new RegExp(any, "g"), ".*");
  return new RegExp(`^${pattern}$`);
}
