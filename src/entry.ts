/**
 * Where mono begins. Shells and prompts ask two things over and over, whose answers take less time than it takes to load
 * the rest of mono: those are given here.
 */
import { quickAnswer } from "./cli/quick-answer.ts";

const answer = await quickAnswer(process.argv.slice(2), process.env);
if (answer === undefined || !(await isPrinted(answer))) {
  const { main } = await import("./main.ts");
  process.exit(await main());
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
