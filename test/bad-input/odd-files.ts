/** Names in a workspace that are not what mono looks for there: folders, pipes, links to nowhere, devices. */
import fc from "fast-check";
import type { Entry, Files } from "./input.ts";

const oddEntries: readonly Entry[] = [
  { is: "folder" },
  { is: "fifo" },
  { is: "link", to: "nowhere" },
  { is: "link", to: "loop" },
  { is: "link", to: "." },
  { is: "link", to: "fifo" },
  { is: "link", to: "/dev/null" },
  // Regular to look at, and cannot be read, by root neither.
  { is: "link", to: "/proc/self/mem" },
  "",
  "\0",
  "COMPOSE_FILE=fifo\n",
  "COMPOSE_FILE=folder:nowhere.yml:\nCOMPOSE_PATH_SEPARATOR=\n",
  'COMPOSE_FILE="\nCOMPOSE_PROFILES=,\n',
  "COMPOSE_FILE=a\0b\n",
  "A=${B:?no}\n=\n",
];
/** It has no end: only where mono reads by itself, for Compose would fill the memory. */
const endless: Entry = { is: "link", to: "/dev/zero" };

/** What the odd names above lead to. */
export const surroundings: Files = {
  folder: { is: "folder" },
  fifo: { is: "fifo" },
  loop: { is: "link", to: "loop" },
  dangling: { is: "link", to: "nowhere" },
};

export const oddMonoYml: fc.Arbitrary<Files> = fc
  .constantFrom(...oddEntries, endless)
  .map((entry) => ({ ...surroundings, "mono.yml": entry }));

const composeName = fc.constantFrom(
  "compose.yaml",
  "compose.yml",
  "compose.override.yml",
  "docker-compose.yml",
);

export const oddComposeFile: fc.Arbitrary<Files> = fc
  .tuple(fc.constantFrom(...oddEntries), fc.constantFrom(".env", undefined), composeName)
  .map(([entry, dotenv, name]) => ({ ...surroundings, [dotenv ?? name]: entry }));
