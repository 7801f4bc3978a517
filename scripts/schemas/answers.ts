/** What `--json` answers, as schemas. The types in the code decide: `Same` does not compile where they differ. */
import * as v from "valibot";
import type { Answers } from "../../src/cli/output/json.ts";

const text = (description: string) => v.pipe(v.string(), v.description(description));
const whole = (description: string) => v.pipe(v.number(), v.integer(), v.description(description));
const time = (description: string) =>
  v.pipe(v.nullable(v.string()), v.description(`${description}, in ISO 8601; null when that is not known`));
const list = <const Entry extends v.GenericSchema>(entry: Entry, description: string) =>
  v.pipe(v.array(entry), v.description(description));

const identity = {
  id: v.pipe(whole("Its number; its block of ports comes from it"), v.minValue(1)),
  name: text("Unique; its Compose project and its tmux session are called mono-<name>"),
  path: text("The workspace: an absolute path, symbolic links resolved"),
  dockerProject: v.pipe(
    v.nullable(v.string()),
    v.description("Its Compose project; null without compose files"),
  ),
  engine: v.pipe(
    v.nullable(v.string()),
    v.description("The Docker engine that it was made on: to be compared, not parsed"),
  ),
};
const phase = v.pipe(
  v.picklist(["initializing", "ready", "destroying"]),
  v.description("Where it is in its life cycle"),
);
const shared = list(
  v.object({
    subject: text("What it is, as the compose file calls it"),
    reason: text("Why it is shared"),
  }),
  "What its containers have in common with other environments",
);
const addresses = list(
  v.object({
    service: text("The service that has it"),
    place: text(
      "Where it stands: a variable's name, or `label …`, `build argument …`, `command`, `entrypoint`",
    ),
    address: text("As it is written: `localhost:8000`"),
    owner: text("The service whose port it is without mono"),
    hostPort: whole("What that port is here"),
    instead: text("What to write for the number"),
  }),
  "Addresses in its compose files that belong to another copy",
);
const variables = v.pipe(v.record(v.string(), v.string()), v.description("The MONO_* variables by name"));
const port = v.object({
  service: text("The service of the compose files"),
  protocol: text("tcp or udp"),
  containerPort: whole("The port in the container"),
  hostPort: whole("The port on this host; the first one, if several"),
  hostIp: v.pipe(v.nullable(v.string()), v.description("The address on this host; null for all of them")),
});
const described = v.object({
  ...identity,
  phase,
  session: text("Its tmux session"),
  dataFolder: text("A folder of its own, which destroy removes"),
  ports: list(port, "Its published ports, lowest first"),
  variables,
  shared,
  addresses,
});
const listed = v.object({
  ...identity,
  phase,
  status: v.pipe(
    v.picklist([
      "running",
      "partial",
      "asleep",
      "paused",
      "stopped",
      "initializing",
      "destroying",
      "interrupted",
      "failed",
      "missing folder",
      "replaced folder",
      "tmux unreachable",
      "engine unreachable",
    ]),
    v.description("What state it is in"),
  ),
  created: time("When it was made"),
  dataFolder: text("A folder of its own, which destroy removes"),
  volumes: list(v.string(), "The names of its volumes; those without a name are not among them"),
  session: v.pipe(
    v.nullable(v.object({ name: text("Its name"), clients: whole("How many terminals show it now") })),
    v.description("Its tmux session; null when it is not there"),
  ),
  run: v.pipe(
    v.object({
      state: v.pipe(
        v.picklist(["none", "running", "ended"]),
        v.description("none: there has been no run yet"),
      ),
      since: time("When it began, or when it ended"),
      exitStatus: v.pipe(
        v.nullable(v.pipe(v.number(), v.integer())),
        v.description("The status that it exited with; null before that, and when it was killed"),
      ),
    }),
    v.description("The run script's last run"),
  ),
  services: list(
    v.object({
      service: text("The service of the compose files"),
      container: v.pipe(v.nullable(v.string()), v.description("The container's name; null without one")),
      state: text("The container's state; absent without one, unknown when the engine does not answer"),
      exitCode: v.pipe(
        v.nullable(v.pipe(v.number(), v.integer())),
        v.description("The status that the container exited with; null while it has not exited"),
      ),
      health: text("none, starting, healthy or unhealthy"),
      addresses: list(v.string(), "Where it is reached: URLs, or host and port"),
    }),
    "Its services, an entry for each container",
  ),
  shared,
  addresses,
  usage: v.pipe(
    v.nullable(
      v.object({
        memoryBytes: v.pipe(v.number(), v.description("The memory that its containers use now")),
        cpuSeconds: v.pipe(v.number(), v.description("Seconds of processor time since they started")),
      }),
    ),
    v.description("With --stats; null without, and where no container runs"),
  ),
});
const error = v.object({
  id: v.pipe(
    v.nullable(v.string()),
    v.description("Which error it is, by its name in docs/errors.md; null for what is not there"),
  ),
  code: v.pipe(
    v.picklist([
      "failed",
      "usage",
      "configuration",
      "no-such-environment",
      "already-exists",
      "held",
      "command-not-executable",
      "command-not-found",
      "interrupted",
    ]),
    v.description("What sort of error it is"),
  ),
  exitCode: whole("What mono exits with"),
  message: text("What failed, and why"),
  hint: v.pipe(v.nullable(v.string()), v.description("What to do next")),
  details: list(v.string(), "Lines that show why"),
});

const unowned = list(
  v.object({
    project: text("The Compose project"),
    containers: whole("How many it has"),
    networks: whole("How many it has"),
    volumes: whole("How many it has"),
  }),
  "Compose projects that look like mono's and belong to no environment of this home",
);

/** By command; `error` is what each of them answers when it fails. */
export const answers = {
  init: v.object({ environment: described }),
  destroy: v.object({
    environment: v.pipe(
      v.nullable(v.object(identity)),
      v.description("What was destroyed; null when there was nothing, with --if-exists"),
    ),
  }),
  "destroy-several": v.object({
    environments: list(
      v.object({
        ...identity,
        error: v.pipe(
          v.nullable(error),
          v.description("Why it is still there; null when it is destroyed, and with --dry-run"),
        ),
      }),
      "Those that were to be destroyed",
    ),
    dryRun: v.pipe(v.boolean(), v.description("With --dry-run they are all still there")),
    outOfReach: list(
      v.object(identity),
      "With --missing: those that it leaves alone, since the folder around theirs is gone too",
    ),
    unowned,
  }),
  run: v.object({ environment: described }),
  list: v.object({ environments: list(listed, "All environments, by name"), unowned }),
  vars: v.object({ variables }),
  error: v.object({ error }),
};

type Same<One, Other> = [Normal<One>, Normal<Other>] extends [Normal<Other>, Normal<One>] ? true : never;
/** JSON has no notion of read-only. */
type Normal<T> = T extends object ? { -readonly [Key in keyof T]: Normal<T[Key]> } : T;

true satisfies Same<{ [Key in keyof Answers]: v.InferOutput<(typeof answers)[Key]> }, Answers>;
