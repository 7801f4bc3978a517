/**
 * Where the session of an environment was made. A server that does not answer at its socket may live all the same, and a
 * session may be renamed: what was written down tells both from a session that is gone.
 */
import { readFileSync } from "node:fs";
import { resourceNameOf } from "../environment/environment.ts";
import { isSessionOwner } from "../environment/mark.ts";
import { homeMark } from "../environment/paths.ts";
import { sessionOutOfReach } from "../error/catalogue/session.ts";
import { replaceFile } from "../process/replace-file.ts";
import { bootMark } from "../process/running/boot.ts";
import { findProcess } from "../process/running/processes.ts";
import type { FoundServer } from "../tmux/sessions.ts";
import type { Viewer } from "./owner.ts";

interface SessionRecord {
  readonly boot: string;
  readonly pid: number;
  /** Of the server: process ids are used again. */
  readonly startTime: string;
  readonly socket: string;
  /** `$3`: unique for the life of the server. */
  readonly id: string;
}

type Paths = Viewer["paths"];

/** Writes down where the session is, unless that is known. */
export async function recordSession(paths: Paths, session: string, server: FoundServer): Promise<void> {
  const { pid, socket } = server;
  const id = server.ids.get(session);
  if (pid === undefined || id === undefined) return;
  const known = readRecord(paths);
  if (known?.pid === pid && known.id === id && known.boot === bootMark()) return;
  const startTime = (await findProcess(pid))?.startTime ?? "";
  const record: SessionRecord = { boot: bootMark(), pid, startTime, socket, id };
  replaceFile(paths.session, JSON.stringify(record));
}

/**
 * What the environment's session is called now; undefined when it is not on this server. Its record is read only where
 * the session does not have its own name: nearly every one has. A caller with many environments gives `ofHome`.
 */
export function findOwnName(
  { environment, home, paths }: Pick<Viewer, "environment" | "home" | "paths">,
  server: FoundServer,
  ofHome = homeMark(home),
): string | undefined {
  const isOwn = (name: string) => isSessionOwner(server.sessions.get(name), environment.mark, ofHome);
  const own = resourceNameOf(environment.name);
  if (isOwn(own)) return own;
  const renamed = nameNow(paths, server);
  return renamed !== undefined && isOwn(renamed) ? renamed : undefined;
}

/** The name that the session has now on the server where it was made; undefined when it is not there. */
function nameNow(paths: Paths, { ids, pid }: FoundServer): string | undefined {
  const known = readRecord(paths);
  if (known === undefined || known.pid !== pid || known.boot !== bootMark()) return undefined;
  return ids.entries().find(([, id]) => id === known.id)?.[0];
}

/** Throws when the session may live on a server that is not the one which answers: then its absence is not proved. */
export async function requireSameServer(
  { environment, paths }: Pick<Viewer, "environment" | "paths">,
  { pid }: FoundServer,
): Promise<void> {
  const known = readRecord(paths);
  if (known === undefined || known.pid === pid || known.boot !== bootMark()) return;
  const found = await findProcess(known.pid);
  const isRunning = found !== undefined && !found.hasEnded && found.startTime === known.startTime;
  if (!isRunning) return;
  throw sessionOutOfReach({
    session: resourceNameOf(environment.name),
    pid: known.pid,
    socket: known.socket,
  });
}

function readRecord(paths: Paths): SessionRecord | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above, as a whole or not at all
    return JSON.parse(readFileSync(paths.session, "utf8")) as SessionRecord;
  } catch {
    return undefined;
  }
}
