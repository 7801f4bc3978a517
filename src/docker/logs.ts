/**
 * What containers have printed, as the engine keeps it.
 *
 * `docker compose logs --follow` ends by itself when the containers stop, so mono asks about each container: with
 * timestamps, from which it can be asked again. A line longer than 16 KiB is kept in pieces of that length, all with
 * the time of the first, and each piece is printed with it (engine 20.10: seen).
 */
import type { Command } from "../process/child.ts";
import { askDocker, type DockerCall, requireAnswer } from "./ask.ts";
import { linesOf } from "../text/lines.ts";
import { dockerCommand } from "./docker-program.ts";
import { labelOptions, numberLabel, projectLabel, serviceContainers, serviceLabel } from "./labels.ts";

export interface LoggedContainer {
  readonly id: string;
  readonly service: string;
  /** Which of the service's containers it is, from 1. */
  readonly number: string;
  readonly isRunning: boolean;
}

/** The containers of a project, including those that have ended, but not those of `docker compose run`. */
export async function listLoggedContainers(
  call: DockerCall,
  project: string,
): Promise<readonly LoggedContainer[]> {
  const format = `{{.ID}}\t{{.Label "${serviceLabel}"}}\t{{.Label "${numberLabel}"}}\t{{.State}}`;
  const labels = labelOptions(`${projectLabel}=${project}`, serviceContainers);
  const args = ["ps", "-a", "--no-trunc", ...labels, "--format", format];
  const answer = await requireAnswer(call, args, "list the containers");
  return linesOf(answer).map((line) => {
    const [id = "", service = "", number = "", state = ""] = line.split("\t");
    return { id, service, number, isRunning: /^(running|paused)$/.test(state) };
  });
}

/** The last lines that a container printed. */
export async function lastLogLines(call: DockerCall, id: string): Promise<readonly string[]> {
  const { stdout, stderr } = await askDocker(call, ["logs", "--tail", "10", id]);
  return linesOf(stdout + stderr);
}

interface LogsOptions {
  /** Go on for as long as the container runs. */
  readonly follow: boolean;
  /** How many of the last lines; all when not given. */
  readonly tail: number | undefined;
  /** From this time on, itself included. */
  readonly since: string | undefined;
}

export function logsCommand(call: DockerCall, id: string, { follow, tail, since }: LogsOptions): Command {
  const options = [
    ...(follow ? ["--follow"] : []),
    ...(tail === undefined ? [] : ["--tail", String(tail)]),
    ...(since === undefined ? [] : ["--since", since]),
  ];
  return { argv: dockerCommand("logs", "--timestamps", ...options, id), ...call };
}

/** Prints the id of each container of the project that starts, some that have started already among them. */
export function startsCommand(call: DockerCall, project: string): Command {
  const filters = ["--filter", "type=container", "--filter", "event=start"];
  const options = [...filters, ...labelOptions(`${projectLabel}=${project}`), "--format", "{{.Actor.ID}}"];
  // From before now, since a start between the look at the containers and the first event must not be missed.
  return { argv: dockerCommand("events", "--since", "10m", ...options), ...call };
}

export interface LogLine {
  /** All of the same length and form, so that they can be ordered as strings. */
  readonly time: string;
  readonly text: Buffer;
}

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z $/;
const timeLength = "2006-01-02T15:04:05.000000000Z ".length;
const pieceLength = 16_384;
/** A piece of a long line, with its time. */
export const logPieceBytes = timeLength + pieceLength;

/** A line without its end; undefined for a message from docker itself, which has no time. */
export function parseLogLine(line: Buffer): LogLine | undefined {
  const mark = line.subarray(0, timeLength);
  if (!time.test(mark.toString("latin1"))) return undefined;
  const pieces: Buffer[] = [];
  let rest = line.subarray(timeLength);
  while (rest.subarray(pieceLength, pieceLength + timeLength).equals(mark)) {
    pieces.push(rest.subarray(0, pieceLength));
    rest = rest.subarray(pieceLength + timeLength);
  }
  const text = pieces.length === 0 ? rest : Buffer.concat([...pieces, rest]);
  return { time: mark.toString("latin1").trimEnd(), text };
}
