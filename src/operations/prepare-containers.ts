import type { ComposeFiles } from "../docker/compose-files.ts";
import { mayShareNames } from "../compose/engine-names.ts";
import { describeStray } from "../compose/stray-addresses.ts";
import { environmentPaths } from "../environment/paths.ts";
import { pathsNotThere, sharingForbidden } from "../error/catalogue/compose.ts";
import type { Narrator } from "../log/narrator.ts";
import { candidateOf, readGenerated } from "../resources/generated-compose-file.ts";
import type { Owner } from "../resources/owner.ts";
import { generateComposeFile, type PrivateProject } from "../resources/private-compose-file.ts";
import type { Context } from "./context.ts";

/** Makes the private compose file, and makes sure that none of its names is another environment's. */
export async function prepareContainers(
  context: Context,
  owner: Owner,
  files: ComposeFiles,
): Promise<PrivateProject> {
  const read = () =>
    context.environments.list().flatMap(({ mark, name }) => {
      if (mark === owner.environment.mark || !mayShareNames(name, owner.environment.name)) return [];
      const { composeFile } = environmentPaths(context.home, name);
      const models = [readGenerated(composeFile), readGenerated(candidateOf(composeFile))];
      return models.flatMap((model) => (model === undefined ? [] : [{ environment: name, model }]));
    });
  const neighbours = { read, alone: <T>(act: () => T): T => context.environments.alone(act) };
  const generate = () => generateComposeFile(owner, files, neighbours);
  return await owner.narrator.during("making the private compose file", generate);
}

/**
 * Says what is not as the compose files have it, what stays shared, which addresses are another copy's, and what of this
 * machine is not on the engine's; with `strict`, all but the first are an error.
 */
export function reportIsolation(
  narrator: Narrator,
  { absent, addresses, shared, dropped, kept }: PrivateProject,
  strict: boolean,
): void {
  for (const { subject, what } of dropped) narrator.warn(`made private: ${subject} without ${what}`);
  for (const { service, variable, reason } of kept) {
    narrator.warn(`${service}: ${variable} does not follow the private port: ${reason}`);
  }
  const lines = shared.map(({ subject, reason }) => `${subject}: ${reason}`);
  const strays = addresses.map(describeStray);
  if (strict && lines.length + strays.length > 0) {
    throw sharingForbidden({}, { details: [...lines, ...strays] });
  }
  if (strict && absent.length > 0) throw pathsNotThere({}, { details: absent });
  for (const line of lines) narrator.warn(`shared with other environments: ${line}`);
  for (const line of [...strays, ...absent]) narrator.warn(line);
}
