/** The private compose file of an environment: made from the workspace's own files, checked, and read back. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { type Dropped, findDropped } from "../compose/dropped.ts";
import { type NamedModel, requireOwnNames } from "../compose/engine-names.ts";
import { serialize, verifyGenerated } from "../compose/generated-file.ts";
import type { ComposeModel } from "../compose/model.ts";
import { publishedPortsOf } from "../compose/private-ports.ts";
import { privatize } from "../compose/privatize.ts";
import { serviceOrder } from "../compose/service-order.ts";
import { findShared, type SharedThing } from "../compose/shared.ts";
import { readRegularFile } from "../config/regular-file.ts";
import { composeConfig } from "../docker/compose.ts";
import type { ComposeFiles } from "../docker/compose-files.ts";
import { withEngine } from "../docker/engine.ts";
import { resourceNameOf } from "../environment/environment.ts";
import { portVariables } from "../environment/variables.ts";
import { effect } from "../process/effects.ts";
import type { Owner } from "./owner.ts";
import { dockerCallOf } from "./docker-call.ts";
import { readGenerated, readGeneratedText } from "./generated-compose-file.ts";

export interface PrivateProject {
  readonly model: ComposeModel;
  /** What other environments use too. */
  readonly shared: readonly SharedThing[];
  /** What the workspace's files fix, and a private copy cannot keep. */
  readonly dropped: readonly Dropped[];
}

/**
 * Makes the private compose file anew. What had a port or a subnet in the last one keeps it. `others` are the other
 * environments' projects, whose names it must not have: found before the file replaces the last one.
 */
export async function generateComposeFile(
  owner: Owner,
  files: ComposeFiles,
  others: readonly NamedModel[],
): Promise<PrivateProject> {
  const { callersEnv, environment, narrator, paths, variables } = owner;
  const startedAt = performance.now();
  const project = resourceNameOf(environment.name);
  // As the user would call it: in the workspace, with their own COMPOSE_FILE and without mono's.
  const { COMPOSE_FILE: _file, COMPOSE_PROJECT_NAME: _project, ...own } = variables();
  const call = { env: withEngine({ ...callersEnv, ...own }, environment.engine), cwd: environment.path };
  // First of all: Compose waits for a pipe without end, too.
  const texts = files.files.flatMap((file) => readRegularFile(file)?.toString() ?? []);
  const { model, warnings } = await composeConfig(call, project, files.options);
  for (const warning of warnings) narrator.note(`docker compose config: ${warning}`);
  const order = serviceOrder(texts, Object.keys(model.services));
  const previous = readGenerated(paths.composeFile);
  const meant = {
    ...privatize(model, { project, id: environment.id, order, previous }),
    // For whoever calls Compose with this file: it does not know what mono.yml switches on.
    ...(files.profiles.length > 0 && { "x-mono-profiles": files.profiles }),
  };
  // Names that two services would share are an error, found before anything starts.
  portVariables(publishedPortsOf(meant));
  requireOwnNames({ environment: environment.name, model: meant }, others);
  await replaceComposeFile(owner, files, meant);
  narrator.done("made the private compose file", startedAt);
  return { model: meant, shared: findShared(model, environment.path), dropped: findDropped(model) };
}

/** Replaces the file, once Compose has been seen to read the new one as it is meant. */
export async function replaceComposeFile(
  owner: Owner,
  files: ComposeFiles,
  meant: ComposeModel,
): Promise<void> {
  const { environment, paths } = owner;
  const text = serialize(meant);
  // The one that is there was checked when it was written.
  if (readGeneratedText(paths.composeFile) === text) return;
  const candidate = `${paths.composeFile}.new`;
  // It holds secrets: for the user alone.
  effect("writing the compose file", () => writeDurably(candidate, text));
  try {
    const options = ["--project-directory", files.directory, "-f", candidate];
    const read = await composeConfig(dockerCallOf(owner), resourceNameOf(environment.name), options);
    verifyGenerated(meant, read.model, environment.id);
    effect("replacing the compose file", () => renameSync(candidate, paths.composeFile));
  } finally {
    rmSync(candidate, { force: true });
  }
}

/** On the disk before it takes the old one's name: a power cut must not leave half a file. */
function writeDurably(file: string, text: string): void {
  const descriptor = openSync(file, "w", 0o600);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
