/** The private compose file of an environment: made from the workspace's own files, checked, and read back. */
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { printDocument } from "../compose/document.ts";
import { type Dropped, findDropped } from "../compose/dropped.ts";
import { withMarks } from "../compose/marked.ts";
import { type NamedModel, requireOwnNames } from "../compose/engine-names.ts";
import { sharedHostPorts, withHostPorts } from "../compose/host-gateway.ts";
import { outsidePorts } from "../compose/outside-ports.ts";
import { freezeSecrets, freezeVariables, type SecretFile, variablesOfSecrets } from "../compose/frozen.ts";
import {
  privateDocument,
  type SourceModel,
  verifyGenerated,
  withProjectNames,
} from "../compose/generated-file.ts";
import { describeLocalPath, findLocalPaths } from "../compose/local-paths.ts";
import type { ComposeModel, SharedThing } from "../compose/model.ts";
import { addressVariables } from "../compose/mono-variables.ts";
import type { KeptKnob } from "../compose/port-knobs.ts";
import { privatize } from "../compose/privatize.ts";
import { findShared, toExtension } from "../compose/shared.ts";
import { findStrayAddresses, type StrayAddress, straysToExtension } from "../compose/stray-addresses.ts";
import type { DockerCall } from "../docker/ask.ts";
import { composeConfig } from "../docker/compose-calls.ts";
import { composeEnvironment, includedSecrets } from "../docker/compose-environment.ts";
import type { ComposeFiles } from "../docker/compose-files.ts";
import { readComposeTexts } from "../docker/compose-texts.ts";
import { selectEngine } from "../docker/engine.ts";
import { resourceNameOf } from "../environment/environment.ts";
import { contains } from "../environment/paths.ts";
import { lastingVariables } from "../environment/variables.ts";
import { effect } from "../process/effects.ts";
import { realPathOf } from "../process/real-path.ts";
import { writeDurably } from "../process/replace-file.ts";
import type { Owner } from "./owner.ts";
import { marksOf } from "./place-on-engine.ts";
import { candidateOf, readGenerated, readGeneratedText } from "./generated-compose-file.ts";
import { type ReadModel, readModel } from "./read-model.ts";

export interface PrivateProject {
  readonly model: ComposeModel;
  /** What other environments use too. */
  readonly shared: readonly SharedThing[];
  /** Addresses in it that are another copy's. */
  readonly addresses: readonly StrayAddress[];
  /** What its containers mount of this machine although the engine is on another one, as sentences. */
  readonly absent: readonly string[];
  /** What the workspace's files fix, and a private copy cannot keep. */
  readonly dropped: readonly Dropped[];
  /** The ports' own variables that do not follow the private ports. */
  readonly kept: readonly KeptKnob[];
}

/**
 * Makes the private compose file from the workspace's files as they are now. What had a port or a subnet in the last one
 * keeps it. Throws when a name of it is another environment's, before the file replaces the last one.
 */
export async function generateComposeFile(
  owner: Owner,
  files: ComposeFiles,
  neighbours: Neighbours,
): Promise<PrivateProject> {
  const { environment, narrator } = owner;
  const startedAt = performance.now();
  const project = resourceNameOf(environment.name);
  const call = userCallOf(owner);
  const texts = readComposeTexts(files, environment.path);
  const previous = readGenerated(owner.paths.composeFile);
  const read = await readModel(owner, call, files, { texts, previous });
  const { warnings, ...source } = read.source;
  for (const warning of warnings) narrator.note(`docker compose config: ${warning}`);
  const { model } = source;
  const readWith = { ...call.env, ...addressVariables(read.allocated), ...read.turned };
  const found = await lookUp(owner, { ...call, env: readWith }, files, model);
  const ports = outsidePorts(read.outside, read.allocated, found.profiles);
  const { made: unaddressed, secretFiles } = makePrivate(owner, files, read, { ...found, previous });
  const made = withHostPorts(unaddressed, ports);
  const inModel = findShared(model, {
    project,
    ownFolders: ownFoldersOf(owner),
    realPath: realPathOf,
    scripts: files.scripts,
  });
  const shared = [...inModel, ...sharedHostPorts(model, ports, environment.id)];
  const addresses = findStrayAddresses(made, ports);
  const meant = {
    ...made,
    ...(shared.length > 0 && { "x-mono-shared": toExtension(shared) }),
    ...(addresses.length > 0 && { "x-mono-addresses": straysToExtension(addresses) }),
  };
  writeSecrets(owner, secretFiles);
  await replaceComposeFile(owner, files, { source, meant }, (write) =>
    neighbours.alone(() => {
      requireOwnNames({ environment: environment.name, model: meant }, neighbours.read());
      write();
    }),
  );
  narrator.done("made the private compose file", startedAt);
  const absent = findAbsent(owner, meant);
  return { model: meant, shared, addresses, absent, dropped: findDropped(model), kept: read.kept };
}

/** The real paths of the folders that are the environment's alone. */
function ownFoldersOf({ environment, paths }: Owner): readonly string[] {
  return [environment.path, paths.dataFolder, paths.ownFolder].map(realPathOf);
}

/** What containers mount of this machine, where the engine is on another one. */
function findAbsent(owner: Owner, meant: ComposeModel): readonly string[] {
  const host = meant["x-mono-host"];
  if (host === undefined) return [];
  const own = ownFoldersOf(owner);
  const isLocal = (path: string) => path !== "" && own.some((folder) => contains(folder, realPathOf(path)));
  return findLocalPaths(meant, isLocal).map((one) => describeLocalPath(one, host));
}

/** The private model, and the files with secrets that it needs. Throws when two services would share a name. */
function makePrivate(
  owner: Owner,
  { directory }: ComposeFiles,
  { allocated, order, source: { model }, turned }: ReadModel,
  { previous, profiles, secretValue }: FoundValues & { readonly previous: ComposeModel | undefined },
): { readonly made: ComposeModel; readonly secretFiles: readonly SecretFile[] } {
  const { environment, paths, variables } = owner;
  const secrets = freezeSecrets(model, join(paths.ownFolder, secretsFolder), secretValue);
  const privatized = privatize(secrets.model, {
    project: resourceNameOf(environment.name),
    id: environment.id,
    order,
    previous,
    allocated,
    activeProfiles: profiles,
    directory,
  });
  const host = allocated["x-mono-host"];
  const made = {
    ...privatized,
    ...(host !== undefined && { "x-mono-host": host }),
    ...(Object.keys(turned).length > 0 && { "x-mono-turned": turned }),
  };
  const known = { ...lastingVariables(variables), ...addressVariables(made), ...turned };
  // For calls with this file alone: it does not know what mono.yml and .env switch on.
  const active = profiles.length > 0 && { "x-mono-profiles": profiles };
  const frozen = { ...freezeVariables(made, known), ...active };
  return { made: withMarks(frozen, previous, marksOf(owner)), secretFiles: secrets.files };
}

/** A call as the user would make it: in the workspace, with their own COMPOSE_FILE and without mono's. */
function userCallOf({ callersEnv, environment, interruption, variables }: Owner): DockerCall {
  const {
    COMPOSE_FILE: _file,
    COMPOSE_PROJECT_NAME: _project,
    COMPOSE_PROFILES: _profiles,
    ...own
    // The ports may not be what they were: reading gives them out.
  } = lastingVariables(variables);
  return {
    env: selectEngine({ ...callersEnv, ...own }, environment.engine),
    cwd: environment.path,
    interruption,
  };
}

interface FoundValues {
  /** The profiles that are switched on. */
  readonly profiles: readonly string[];
  /** The value of the secret or config with this key, which is that of the variable. */
  readonly secretValue: (key: string, variable: string) => string | undefined;
}

/** What the model does not say, and Compose would look up later: asked for only where there is something to look up. */
async function lookUp(
  owner: Owner,
  call: DockerCall,
  files: ComposeFiles,
  model: ComposeModel,
): Promise<FoundValues> {
  const project = resourceNameOf(owner.environment.name);
  const names = variablesOfSecrets(model);
  const hasProfiles = Object.values(model.services).some(({ profiles }) => profiles !== undefined);
  const asksProfiles = hasProfiles && files.profiles.length === 0;
  const asked = [...names, ...(asksProfiles ? [profilesVariable] : [])];
  const probeFile = `${owner.paths.composeFile}.probe`;
  const found =
    asked.length === 0
      ? new Map<string, string>()
      : await composeEnvironment(call, project, files, asked, probeFile);
  const isAllFound = names.every((name) => found.has(name));
  const included = isAllFound ? new Map<string, string>() : await includedSecrets(call, project, files);
  const ofVariable = (found.get(profilesVariable) ?? "").split(",").filter((profile) => profile !== "");
  return {
    profiles: asksProfiles ? ofVariable : files.profiles,
    secretValue: (key, variable) => found.get(variable) ?? included.get(key),
  };
}

const profilesVariable = "COMPOSE_PROFILES";
const secretsFolder = "secrets";

/** Replaces the files with the values of secrets: for the user alone, in a folder that is too. */
function writeSecrets({ paths }: Owner, files: readonly SecretFile[]): void {
  const folder = join(paths.ownFolder, secretsFolder);
  effect("writing secrets", () => {
    rmSync(folder, { recursive: true, force: true });
    if (files.length === 0) return;
    mkdirSync(folder, { mode: 0o700 });
    // An empty one keeps nothing secret, and a container's user may have to read it.
    for (const { name, text } of files) writeDurably(join(folder, name), text, text === "" ? 0o644 : 0o600);
  });
}

/**
 * Replaces the file, once Compose has been seen to read the new one as it is meant. `declare` writes the candidate: from
 * then on its names are the environment's.
 */
export async function replaceComposeFile(
  owner: Owner,
  files: ComposeFiles,
  { source, meant }: { readonly source: SourceModel; readonly meant: ComposeModel },
  declare = (write: () => void) => write(),
): Promise<void> {
  const { environment, paths } = owner;
  const text = printDocument(privateDocument(source, meant));
  // The one that is there was checked when it was written.
  if (readGeneratedText(paths.composeFile) === text) return;
  const candidate = candidateOf(paths.composeFile);
  // It holds secrets: for the user alone.
  declare(() => effect("writing the compose file", () => writeDurably(candidate, text, 0o600)));
  try {
    const options = ["--project-directory", files.directory, "-f", candidate];
    const read = await composeConfig(owner.docker, resourceNameOf(environment.name), options);
    verifyGenerated(privateDocument(source, withProjectNames(meant)), read, environment.id);
    effect("replacing the compose file", () => renameSync(candidate, paths.composeFile));
  } finally {
    rmSync(candidate, { force: true });
  }
}

/** The environments whose names on the engine must not be met. */
export interface Neighbours {
  /** What they have, or are about to have. */
  readonly read: () => readonly NamedModel[];
  /** Lets no two environments decide about their names at the same time. */
  readonly alone: <T>(act: () => T) => T;
}
