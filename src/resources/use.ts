/** Whether somebody uses an environment, as far as can be seen from outside. */
import { statSync } from "node:fs";
import { publishedPortsOf } from "../compose/private-ports.ts";
import { isConnectedTo } from "../host/listening-ports.ts";
import { findActivity } from "../tmux/activity.ts";
import { findServer } from "../tmux/sessions.ts";
import { roughDuration } from "../text/duration.ts";
import { readGenerated } from "./generated-compose-file.ts";
import { recordUse } from "./own-record.ts";
import type { Owner } from "./owner.ts";
import { isRunGone, lastRun, msSinceRunBegan, msSinceRunEnded } from "./run/record.ts";
import { tmuxOf } from "./session.ts";
import { findOwnName } from "./session-record.ts";

/**
 * How it is used, or was within the last `idleMs` milliseconds; undefined when it is not. A connection is seen only while it
 * lasts, so it is written down: what looks again and again knows of those that it has seen.
 */
export async function findUse(owner: Owner, idleMs: number): Promise<string | undefined> {
  const { paths } = owner;
  const token = lastRun(paths);
  const activity = await findSessionActivity(owner);
  const now = await firstOf([
    () => token !== undefined && !isRunGone(paths, token) && "its run goes on",
    () => activity?.isAttached === true && "somebody is attached to its session",
    async () => (await isConnected(owner)) && "something is connected to one of its ports",
  ]);
  if (now !== undefined) {
    recordUse(paths);
    return now;
  }
  const ages = [
    msSinceRunBegan(paths),
    msSinceRunEnded(paths),
    ageOf(paths.readyContainers),
    ageOf(paths.lastUse),
    activity === undefined ? undefined : Date.now() - activity.lastAt,
  ].filter((age) => age !== undefined);
  const age = Math.max(0, Math.min(...ages));
  return age < idleMs ? `it was used ${roughDuration(age)} ago` : undefined;
}

async function firstOf(
  looks: readonly (() => string | false | Promise<string | false>)[],
): Promise<string | undefined> {
  for (const look of looks) {
    const found = await look();
    if (found !== false) return found;
  }
  return undefined;
}

async function findSessionActivity(owner: Owner) {
  const tmux = tmuxOf(owner);
  const session = findOwnName(owner, await findServer(tmux));
  return session === undefined ? undefined : await findActivity(tmux, session);
}

async function isConnected({ callersEnv, paths }: Owner): Promise<boolean> {
  const model = readGenerated(paths.composeFile);
  const ports = model === undefined ? [] : publishedPortsOf(model).map(({ hostPort }) => hostPort);
  return ports.length > 0 && (await isConnectedTo(new Set(ports), callersEnv));
}

/** Milliseconds since the file was written; undefined when it is not there. */
function ageOf(file: string): number | undefined {
  const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return written === undefined ? undefined : Date.now() - written;
}
