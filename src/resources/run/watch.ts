/** When a run is over, for one who follows its output. */
import { resourceNameOf } from "../../environment/environment.ts";
import { listPanes } from "../../tmux/panes.ts";
import type { RunOwner } from "../owner.ts";
import { isRunGone, lastRun, statusOfRun } from "./record.ts";

/** Milliseconds between two looks at the files, and at the processes, while there is no sign of an end. */
const filesEveryMs = 500;
const processesEveryMs = 5000;
/** The same when the output has ended, and the status is not there: the script may go on, or nobody writes it any more. */
const cutOffEveryMs = 500;
/** Milliseconds for the status, and for the last output, from when the run was first seen to be over. */
const endDeadlineMs = 3000;

export interface RunState {
  /** Nothing more is to be waited for. */
  readonly isOver: boolean;
  /** Its exit status, if its wrapper has written one. */
  readonly status?: number;
  /** Another run has taken its place. */
  readonly isReplaced: boolean;
  /** The output has ended, and the run has not, as far as can be told. */
  readonly isCutOff: boolean;
}

/**
 * `look` is called whenever there is no output to read. It is cheap: the expensive looks are seldom. A run is over at once
 * when its status is there and its output is complete; otherwise some time after it was seen to be over, since on a busy
 * machine either may be late.
 */
export function watchRun(owner: RunOwner, token: string) {
  const { paths } = owner;
  let filesAt = -Infinity;
  let processesAt = performance.now();
  let overSince: number | undefined;
  let isCutOff = false;
  let isReplaced = false;
  let status: number | undefined;
  const lookAtFiles = () => {
    status = statusOfRun(paths, token);
    isReplaced = lastRun(paths) !== token;
  };
  return {
    async look(isOutputComplete: boolean): Promise<RunState> {
      const now = performance.now();
      if (isOutputComplete || overSince !== undefined || now - filesAt >= filesEveryMs) {
        filesAt = now;
        lookAtFiles();
      }
      if (status !== undefined || isReplaced) overSince ??= now;
      let hasPane = true;
      if (
        overSince === undefined &&
        now - processesAt >= (isOutputComplete ? cutOffEveryMs : processesEveryMs)
      ) {
        processesAt = now;
        isCutOff = isOutputComplete;
        hasPane = !isCutOff || (await hasRunsPane(owner));
        // What has ended meanwhile has written its status before its pane went.
        lookAtFiles();
        if (isRunGone(paths, token)) overSince = now;
      }
      const isLate = overSince !== undefined && now - overSince > endDeadlineMs;
      const isOver = (isOutputComplete && status !== undefined) || isReplaced || isLate || !hasPane;
      return {
        isOver,
        isReplaced,
        isCutOff: isCutOff && overSince === undefined,
        ...(status !== undefined && { status }),
      };
    },
  };
}

/** False when the pane, or all of tmux, has ended under the run: its status and its output are lost. */
async function hasRunsPane({ callersEnv, environment, home }: RunOwner): Promise<boolean> {
  const panes = await listPanes({ env: callersEnv, cwd: home }, resourceNameOf(environment.name));
  return panes.some(({ isMono }) => isMono);
}
