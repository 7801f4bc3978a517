/**
 * Where mono begins. Shells and prompts ask two things over and over, whose answers take less time than it takes to load
 * the rest of mono: those are given here. And each run has a mono that only writes its output down, with next to nothing
 * loaded.
 */
import { collectWord } from "./resources/run/collect-word.ts";

const [command, ...rest] = process.argv.slice(2);
if (command === collectWord) {
  const { collectRunOutput } = await import("./resources/run/collector.ts");
  const [output = "", token = ""] = rest;
  collectRunOutput(output, token);
  process.exit(0);
}
const answer = await quickAnswer();
if (answer === undefined || !(await isPrinted(answer))) {
  const { main } = await import("./main.ts");
  process.exit(await main());
}

async function quickAnswer(): Promise<string | undefined> {
  if (command === "--version" && rest.length === 0) {
    const { version } = await import("./version.ts");
    return `${version}\n`;
  }
  if (command !== "vars") return undefined;
  const { quickVariables } = await import("./cli/quick-variables.ts");
  return await quickVariables(rest, process.env);
}

/** False if it cannot be written: the whole mono then fails too, and says so. A reader that has left is no failure. */
async function isPrinted(text: string): Promise<boolean> {
  try {
    await Bun.write(Bun.stdout, text);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPIPE";
  }
}
