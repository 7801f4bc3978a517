/** A call of mono that is watched: it ends, uses little memory, and what it says is for people. */
import type { World } from "../support/world.ts";
import { executable } from "../support/world.ts";

export interface Call {
  readonly command: string;
  readonly exitCode: number;
  /** What is wrong about the call, whatever the input. */
  readonly faults: readonly string[];
  readonly stderr: string;
}

/** How long a call may take, in milliseconds. */
const hangGuardMs = 60_000;
/** What a call may keep in memory, in kilobytes: the machine must survive a mono that reads without end. */
const memoryGuardKb = 3_000_000;
/** More than anybody reads, in characters: what a script or Compose prints is less than that, too. */
const longestStderr = 20_000;

/** What only a defect prints. */
const defects = [
  /defect of mono/,
  /^\s+at .*[:(]/m,
  /undefined is not|is not a function|\[object \w+\]|\b(Type|Range|Reference|Syntax)Error\b/,
  /\bNaN\b|_undefined\b|\bundefined\b.*\bPORT|call stack/,
];
/** Why an operation may fail although the files are right. */
const reasonsToFail = [
  /the (init|setup|destroy) script exited with \d+/,
  /docker compose up exited with \d+/,
  /service \S+ (exited with|is unhealthy|is dead|restarts in a loop)/,
];

/** Calls mono, with the path of a workspace as its last argument unless that is undefined. */
export async function callMono(
  world: World,
  args: readonly string[],
  path: string | undefined,
  allowed: readonly number[],
): Promise<Call> {
  const limited = `ulimit -d ${memoryGuardKb} && exec "$0" "$@"`;
  const argv = ["sh", "-c", limited, executable, ...args, ...(path === undefined ? [] : [path])];
  const child = Bun.spawn(argv, {
    cwd: world.folder,
    env: world.env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
    timeout: hangGuardMs,
    killSignal: "SIGKILL",
  });
  const startedAt = performance.now();
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  const exitCode = await child.exited;
  const faults = [
    ...(performance.now() - startedAt < hangGuardMs ? [] : [`did not end in ${hangGuardMs / 1000} s`]),
    ...(allowed.includes(exitCode) ? [] : [`exit ${exitCode}, not ${allowed.join(" or ")}`]),
    ...faultsOfOutput(exitCode, stdout, stderr),
  ];
  return {
    command: args[0] ?? "",
    exitCode,
    stderr,
    faults: faults.map((fault) => `mono ${args.join(" ")}: ${fault}`),
  };
}

function faultsOfOutput(exitCode: number, stdout: string, stderr: string): string[] {
  const isUnexplained = exitCode === 1 && !reasonsToFail.some((reason) => reason.test(stderr));
  return [
    ...(exitCode !== 0 && stdout !== "" ? ["standard output is not empty"] : []),
    ...defects.flatMap((defect) => (defect.test(stderr) ? [`standard error has ${String(defect)}`] : [])),
    ...(isUnexplained ? ["exit 1 without a script or a service that failed"] : []),
    ...(exitCode > 0 && !/^✗ /m.test(stderr) ? ["no error is told"] : []),
    ...(stderr.length > longestStderr ? [`standard error has ${stderr.length} characters`] : []),
    // oxlint-disable-next-line no-control-regex -- they are what must not reach a terminal
    ...(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(stderr)
      ? ["standard error has control characters"]
      : []),
  ];
}
