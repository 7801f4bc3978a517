/**
 * The pause of an environment whose data another one copies. It is written down first, in the environment's own folder,
 * so that whatever ends the copying, the next mono that works on either of the two ends the pause.
 */
import { readFileSync, rmSync } from "node:fs";
import { textOf, valueAt } from "../../compose/model.ts";
import { changeDocker } from "../../docker/ask.ts";
import { callEngine } from "../../docker/engine-socket.ts";
import { inspectStorage, type Probe, type StoringContainer } from "../../docker/storage.ts";
import { pauseNotEnded, sourceNotPaused } from "../../error/catalogue/copy.ts";
import { unlessMissing } from "../../error/unless-missing.ts";
import { effect, reach } from "../../process/effects.ts";
import { whileUndoing } from "../../process/interruption.ts";
import { poll } from "../../process/poll.ts";
import { replaceFile } from "../../process/replace-file.ts";
import { lastLines } from "../../text/lines.ts";
import { dockerAtWorkOf } from "../docker-call.ts";
import type { Owner } from "../owner.ts";

interface Pause {
  /** The mark of the environment that copies. */
  readonly by: string;
  /** The ids of the containers. */
  readonly containers: readonly string[];
}

/** Pauses containers of an environment, all of them, for one that copies its data. Throws when one goes on. */
export async function pause(owner: Owner, writers: readonly StoringContainer[], by: string): Promise<void> {
  if (writers.length === 0) return;
  const containers = writers.map(({ id }) => id);
  replaceFile(owner.paths.pause, JSON.stringify({ by, containers } satisfies Pause));
  await waitBetweenProbes(owner, containers);
  const details = await change(owner, "pause", containers);
  // One that has ended by itself writes nothing any more.
  const running = await inState(owner, containers, "running");
  if (running.length === 0) return;
  throw sourceNotPaused({ environment: owner.environment.name, containers: running }, { details });
}

const lookEveryMs = 20;
/** Milliseconds that it may take until no health check is about to start. */
const betweenProbesMs = 5000;
/** Milliseconds before a health check in which nothing is paused. */
const longestMargin = 500;

/**
 * Waits until no health check is about to start: the engine unpauses no container in which one just starts when it is
 * paused, until that one's timeout is over, which is 30 seconds where nobody says otherwise.
 */
async function waitBetweenProbes(owner: Owner, ids: readonly string[]): Promise<void> {
  const look = async () => {
    const containers = await inspect(owner, ids);
    return containers.every(({ probe }) => isFarFrom(probe, Date.now())) || undefined;
  };
  const stop = owner.interruption.first;
  await poll(look, { everyMs: lookEveryMs, deadlineMs: betweenProbesMs, stop });
}

function isFarFrom(probe: Probe | undefined, now: number): boolean {
  if (probe === undefined) return true;
  const margin = Math.min(longestMargin, probe.everyMs / 2);
  return now - probe.endedAt < probe.everyMs - margin;
}

/** Milliseconds in which an engine pauses or unpauses a container, at the longest. */
const changeDeadlineMs = 60_000;

/** Pauses or unpauses all at once; returns what the engine has against it. */
async function change(
  owner: Owner,
  how: "pause" | "unpause",
  ids: readonly string[],
): Promise<readonly string[]> {
  reach(`before ${how}`);
  const requests = ids.map((id) =>
    callEngine(owner.docker, { method: "POST", path: `/containers/${id}/${how}` }, changeDeadlineMs),
  );
  const answers = await Promise.all(requests);
  reach(`after ${how}`);
  if (!answers.includes(undefined))
    return answers.flatMap((answer) =>
      answer?.isOk === false ? [textOf(valueAt(answer.body, "message"))] : [],
    );
  const { exitCode, stderr } = await changeDocker(dockerAtWorkOf(owner), [how, ...ids]);
  return exitCode === 0 ? [] : lastLines(stderr);
}

/** Ends the pause of an environment, if there is one: any, or that of one other environment. */
export async function endPause(owner: Owner, by?: string): Promise<void> {
  const found = readPause(owner);
  if (found === undefined || (by !== undefined && by !== found.by)) return;
  const undoing = whileUndoing(owner.interruption);
  const patient = { ...owner, docker: { ...owner.docker, interruption: undoing }, interruption: undoing };
  const details = await change(patient, "unpause", found.containers);
  const paused = await inState(patient, found.containers, "paused");
  if (paused.length > 0) {
    const { name: environment } = owner.environment;
    throw pauseNotEnded({ environment, containers: paused }, { details });
  }
  effect("forgetting a pause", () => rmSync(owner.paths.pause, { force: true }));
}

/** Read back as it was written: `replaceFile` leaves no half a file. */
function readPause({ paths }: Owner): Pause | undefined {
  const text = unlessMissing(() => readFileSync(paths.pause, "utf8"));
  if (text === undefined) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above, as a whole or not at all
  return JSON.parse(text) as Pause;
}

/** The names of those containers that are in a state. */
async function inState(owner: Owner, ids: readonly string[], state: string): Promise<readonly string[]> {
  return (await inspect(owner, ids)).filter((one) => one.state === state).map(({ name }) => name);
}

async function inspect(
  { docker, environment }: Owner,
  ids: readonly string[],
): Promise<readonly StoringContainer[]> {
  const containers = await inspectStorage(docker, environment.dockerProject ?? "");
  return containers.filter(({ id }) => ids.includes(id));
}
