import { type Environment, resourceNameOf } from "../environment/environment.ts";
import { isSessionOwner } from "../environment/mark.ts";
import { environmentPaths, homeMark, homePaths } from "../environment/paths.ts";
import type { Finding } from "../environment/status.ts";
import { MonoError, reasonToWarn } from "../error/mono-error.ts";
import type { Environ } from "../process/child.ts";
import { findServer, type FoundServer, type Sessions } from "../tmux/sessions.ts";
import type { Judge, Lookout } from "./resource.ts";
import { findOwnName, requireSameServer } from "./session-record.ts";

/** One question to tmux; and, where a session is not there, a look at the server on which it was made. */
export async function inspectSessions({ env, environments, home }: Lookout): Promise<Judge> {
  const server = await orError(askServer(env));
  if (server instanceof MonoError) return () => silence(server);
  const ofHome = homeMark(home);
  const found = await Promise.all(
    environments().map(async (environment) => {
      const paths = environmentPaths(homePaths(home), environment.name);
      const name = findOwnName({ environment, home, paths }, server, ofHome);
      const finding = judgeSession(environment, server.sessions, ofHome, name);
      const lost =
        finding.kind === "there"
          ? undefined
          : await orError(requireSameServer({ environment, paths }, server));
      return [environment.name, lost instanceof MonoError ? silence(lost) : finding] as const;
    }),
  );
  const findings = new Map(found);
  return ({ name }) => findings.get(name);
}

async function askServer(env: Environ): Promise<FoundServer> {
  return await findServer({ env, cwd: "/" });
}

async function orError<T>(answer: Promise<T>): Promise<T | MonoError> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof MonoError) return error;
    throw error;
  }
}

function silence(error: MonoError): Finding {
  return { kind: "cannot tell", asked: "tmux", reason: reasonToWarn(error) };
}

/** A session of the environment's name, or of the name that it has now: the environment's own or somebody else's. */
export function judgeSession(
  { mark, name }: Environment,
  sessions: Sessions,
  home: string,
  nameOfToday = resourceNameOf(name),
): Finding {
  const owners = [resourceNameOf(name), nameOfToday].map((session) => sessions.get(session));
  if (owners.some((owner) => owner !== undefined && isSessionOwner(owner, mark, home)))
    return { kind: "there", works: "all" };
  return owners[0] === undefined ? { kind: "absent" } : { kind: "foreign" };
}
