import { listenTo } from "../process/listen.ts";
import { linesIn, type TakeLines } from "../text/whole-lines.ts";
import type { DockerCall } from "./ask.ts";
import { createLogLines } from "./log-lines.ts";
import { type LoggedContainer, logsCommand, parseLogLine } from "./logs.ts";

interface ReadOptions {
  /** Go on for as long as the container runs. */
  readonly follow: boolean;
  readonly take: TakeLines;
  /** Ends the reading. */
  readonly stop: AbortSignal;
}

export interface ContainerLog {
  /** Reads on from where the last reading has ended; returns what docker had against that, nothing when it was well. */
  readOn(options: ReadOptions): Promise<readonly string[]>;
}

/** What a container has printed: at first the last `tail` lines, or all. It may stop and start between two readings. */
export function createContainerLog(
  call: DockerCall,
  { id }: LoggedContainer,
  tail: number | undefined,
): ContainerLog {
  // The engine is asked for lines from the newest time that was seen on: so many of that time are known already.
  const newest = { time: "", count: 0 };
  const read = async (command: Parameters<typeof logsCommand>[2], { take, stop }: ReadOptions) => {
    const complaints: string[] = [];
    let known = command.since === undefined ? 0 : newest.count;
    const since = newest.time;
    await readLines(logsCommand(call, id, command), stop, async (lines) => {
      const texts: Buffer[] = [];
      for (const line of linesIn(lines)) {
        const parsed = parseLogLine(line);
        if (parsed === undefined) complain(complaints, line);
        else if (parsed.time === since && known > 0) known--;
        else {
          if (parsed.time > newest.time) Object.assign(newest, { time: parsed.time, count: 0 });
          if (parsed.time === newest.time) newest.count++;
          texts.push(parsed.text, lineEnd);
        }
      }
      if (texts.length > 0) await take(Buffer.concat(texts));
    });
    return complaints;
  };
  let isFirst = true;
  return {
    async readOn(options) {
      const { follow } = options;
      if (isFirst) {
        isFirst = false;
        if (tail !== 0) return await read({ follow, tail, since: undefined }, options);
        // None of what there is: where that ends has to be known all the same.
        await read({ follow: false, tail: 1, since: undefined }, { ...options, take: async () => {} });
        if (!follow) return [];
      }
      const since = newest.time === "" ? undefined : newest.time;
      return await read({ follow, tail: undefined, since }, options);
    },
  };
}

/** What docker says of its own is short and little; anything else is not worth all memory. */
const [mostComplaints, longestComplaint] = [20, 1000];

function complain(complaints: string[], line: Buffer): void {
  if (complaints.length < mostComplaints) complaints.push(line.subarray(0, longestComplaint).toString());
}

const lineEnd = Buffer.from("\n");

async function readLines(
  command: ReturnType<typeof logsCommand>,
  stop: AbortSignal,
  take: TakeLines,
): Promise<void> {
  if (stop.aborted) return;
  const child = listenTo(command);
  stop.addEventListener("abort", child.end);
  const whole = createLogLines();
  try {
    for await (const bytes of child.output) {
      const lines = whole.push(bytes);
      if (lines.length > 0) await take(lines);
    }
    await take(whole.end());
  } finally {
    stop.removeEventListener("abort", child.end);
    child.end();
  }
}
