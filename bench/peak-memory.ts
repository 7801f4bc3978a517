/**
 * The peak memory of one call, by time(1). What the system counts for a child begins with what its parent's memory was
 * at the fork: a child of this process would weigh as much as this process.
 */
import { executable } from "../test/support/world.ts";
import type { Scene } from "./scene.ts";

const forms = {
  linux: { argv: ["/usr/bin/time", "-f", "%M peak"], pattern: /^(\d+) peak$/m, bytes: 1024 },
  darwin: { argv: ["/usr/bin/time", "-l"], pattern: /^\s*(\d+)\s+maximum resident set size$/m, bytes: 1 },
};

/** In MB. Throws when mono fails. */
export async function peakMemoryOf({ world }: Scene, args: readonly string[]): Promise<number> {
  const { argv, pattern, bytes } = forms[process.platform === "darwin" ? "darwin" : "linux"];
  const { exitCode, stderr } = await world.call([...argv, executable, ...args]);
  const peak = pattern.exec(stderr)?.[1];
  if (exitCode !== 0 || peak === undefined) throw new Error(`${argv[0]}: exit ${exitCode}\n${stderr}`);
  return (Number(peak) * bytes) / 1e6;
}
