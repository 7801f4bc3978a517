/**
 * Claims: what an environment is about to have on an engine, told to every other home that uses the engine.
 *
 * An engine makes a volume of a given name once, and shows later callers the labels of the first. So a volume
 * `mono-claim-<what>` with the environment's mark is a claim that one of many gets. It lives until the first things
 * exist that carry the mark. The row is written before the claim: the claim of a mono that was killed is found by its
 * row's mark, and removed like everything else that carries it.
 */
import { isMapping, textOf, valueAt } from "../compose/model.ts";
import { claimFailed } from "../error/catalogue/containers.ts";
import { reach } from "../process/effects.ts";
import { answerDeadlineMs, askDocker, changeDocker, type DockerAtWork } from "./ask.ts";
import { lastLines } from "../text/lines.ts";
import { callEngine } from "./engine-socket.ts";
import type { Labels } from "./ownership.ts";

export function claimName(what: string): string {
  return `mono-claim-${what}`;
}

/** Claims it with these labels. Returns the labels of the claim that is there now: of the one who was first. */
export async function claim(call: DockerAtWork, what: string, labels: Labels): Promise<Labels> {
  const name = claimName(what);
  reach(`before claiming ${what.replace(/[^a-z].*$/, "")}`);
  const request = { method: "POST", path: "/volumes/create", body: { Name: name, Labels: labels } } as const;
  const answer = await callEngine(call, request, answerDeadlineMs);
  const volume = answer?.isOk === true ? answer.body : await claimByDocker(call, name, labels);
  reach("after claiming");
  return labelsIn(volume);
}

async function claimByDocker(call: DockerAtWork, name: string, labels: Labels): Promise<unknown> {
  const options = Object.entries(labels).flatMap(([label, value]) => ["--label", `${label}=${value}`]);
  // Podman refuses a name that is taken; Docker does not. Either way, the volume tells who was first.
  const made = await changeDocker(call, ["volume", "create", ...options, name]);
  const { exitCode, stdout, stderr } = await askDocker(call, ["volume", "inspect", name]);
  if (exitCode !== 0) throw claimFailed({ name }, { details: lastLines(`${made.stderr}${stderr}`) });
  const inspected: unknown = JSON.parse(stdout);
  return Array.isArray(inspected) ? inspected[0] : undefined;
}

function labelsIn(volume: unknown): Labels {
  const labels = valueAt(volume, "Labels");
  return isMapping(labels)
    ? Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, textOf(value)]))
    : {};
}

/** Gives claims up. One that is gone is fine, and one that cannot be removed is found again by its mark. */
export async function releaseClaims(call: DockerAtWork, claims: readonly string[]): Promise<void> {
  await Promise.all(
    claims.map(async (what) => {
      const path = `/volumes/${claimName(what)}`;
      const answer = await callEngine(call, { method: "DELETE", path }, answerDeadlineMs);
      if (answer === undefined) await changeDocker(call, ["volume", "rm", claimName(what)]);
    }),
  );
}
