/** The whole catalogue, for the docs and the tests: mono itself imports the entries that it throws, one by one. */
import type { DescribedError } from "../define.ts";
import * as commandArguments from "./arguments.ts";
import * as commandLine from "./command-line.ts";
import * as compose from "./compose.ts";
import * as containers from "./containers.ts";
import * as copy from "./copy.ts";
import * as docker from "./docker.ts";
import * as home from "./home.ts";
import * as monoYml from "./mono-yml.ts";
import * as processes from "./processes.ts";
import * as scripts from "./scripts.ts";
import * as session from "./session.ts";
import * as workspace from "./workspace.ts";

interface Area {
  readonly title: string;
  /** The entries by their exports' names. */
  readonly errors: Readonly<Record<string, DescribedError>>;
}

/** In the order in which somebody meets them. */
export const areas: readonly Area[] = [
  { title: "The command line", errors: { ...commandArguments, ...commandLine } },
  { title: "Workspaces and environments", errors: workspace },
  { title: "mono.yml", errors: monoYml },
  { title: "Compose files", errors: compose },
  { title: "Docker", errors: docker },
  { title: "Containers", errors: containers },
  { title: "Copies of another environment's data", errors: copy },
  { title: "Scripts and runs", errors: scripts },
  { title: "tmux", errors: session },
  { title: "mono's home folder", errors: home },
  { title: "Processes and signals", errors: processes },
];
