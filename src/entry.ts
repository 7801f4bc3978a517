/**
 * Where mono begins. Shells and prompts ask two things over and over, whose answers take less time than it takes to load
 * the rest of mono: those are given here.
 */
import { quickVariables } from "./cli/quick-variables.ts";
import { version } from "./version.ts";

const [command, ...rest] = process.argv.slice(2);
const answer = await quickAnswer();
if (answer === undefined || !(await isPrinted(answer))) {
  const { main } = await import("./main.ts");
  process.exit(await main());
}

async function quickAnswer(): Promise<string | undefined> {
  if (command === "--version" && rest.length === 0) return `${version}\n`;
  if (command !== "vars") return undefined;
  return await quickVariables(rest, process.env);
}

/** False when it cannot be written: the whole mono meets the same, and says so. A reader that has gone wants no more. */
async function isPrinted(text: string): Promise<boolean> {
  try {
    await Bun.write(Bun.stdout, text);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPIPE";
  }
}
