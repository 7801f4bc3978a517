/** The rows of the table: what is measured, against what, and how large the result may be. */
export interface Row {
  readonly name: string;
  /** For people, in Markdown: code is in backticks. */
  readonly what: string;
  readonly against: string;
  /** `times`: how many times the baseline. `MB`: peak memory, which has no baseline. */
  readonly unit: "times" | "MB";
  /** The most that the result may be; a row without one is there to be compared with another. */
  readonly budget?: number;
}

const plain = "`tmux new-session -d`";
const respawn = "`tmux respawn-pane -k`";

export const rows = [
  {
    name: "vars",
    what: "`mono vars` of a Docker environment",
    against: "`sqlite3 state.db 'select …'`, a whole process",
    unit: "times",
    budget: 3,
  },
  {
    name: "floor",
    what: "an empty program, compiled as mono is",
    against: "the same",
    unit: "times",
  },
  {
    name: "version",
    what: "`mono --version`",
    against: "an empty program, compiled as mono is",
    unit: "times",
    budget: 1.3,
  },
  {
    name: "vars-name",
    what: "`mono vars` of a name",
    against: "`mono vars` of the path",
    unit: "times",
    budget: 1.1,
  },
  {
    name: "list-1",
    what: "`mono list`, 1 simple environment",
    against: "`tmux list-sessions`",
    unit: "times",
    budget: 4,
  },
  {
    name: "list-simple",
    what: "`mono list`, 60 simple environments",
    against: "`tmux list-sessions`",
    unit: "times",
    budget: 4.5,
  },
  {
    name: "list-containers",
    what: "`mono list`, 20 environments with containers",
    against: "`docker ps -a`, then `tmux list-sessions`",
    unit: "times",
    budget: 1.2,
  },
  {
    name: "list-400",
    what: "`mono list`, 400 simple environments",
    against: "`mono list`, 10 simple environments",
    unit: "times",
    budget: 1.5,
  },
  {
    name: "init-simple",
    what: "`mono init`, simple mode, no scripts",
    against: `${plain}; both with a tmux server that is already running`,
    unit: "times",
    budget: 6,
  },
  {
    name: "init-cold",
    what: "the same, the very first session",
    against: `${plain}; both start the tmux server`,
    unit: "times",
  },
  {
    name: "destroy-simple",
    what: "`mono destroy`, simple mode",
    against: "`tmux kill-session`",
    unit: "times",
    budget: 6,
  },
  {
    name: "run-simple",
    what: "`mono run`, simple mode",
    against: respawn,
    unit: "times",
    budget: 5,
  },
  {
    name: "init-services",
    what: "`mono init`, three services",
    against: `\`docker compose up -d\` of the same generated file, then ${plain}`,
    unit: "times",
    budget: 1.1,
  },
  {
    name: "run-services",
    what: "`mono run`, three services, nothing changed, to the script's first line",
    against: `\`docker compose up -d\` that changes nothing, then ${respawn}`,
    unit: "times",
    budget: 1.8,
  },
  {
    name: "destroy-services",
    what: "`mono destroy`, three services",
    against: "`docker compose down -v -t 0` of the same",
    unit: "times",
    budget: 1.3,
  },
  {
    name: "destroy-stubborn",
    what: "`mono destroy`, three services that ignore SIGTERM",
    against: "`docker compose down -v` of the person's own compose file",
    unit: "times",
    budget: 0.25,
  },
  {
    name: "init-16",
    what: "16 `mono init` at once, simple mode",
    against: "16 one after the other",
    unit: "times",
    budget: 0.6,
  },
  {
    name: "memory",
    what: "peak memory of `mono list`, 100 environments, 20 of them with containers",
    against: "",
    unit: "MB",
    budget: 50,
  },
] as const satisfies readonly Row[];

export type RowName = (typeof rows)[number]["name"];
