import type { ComposeModel } from "../compose/model.ts";
import type { ComposeFiles } from "../docker/compose-files.ts";
import { ensureContainers } from "../resources/containers.ts";
import type { Owner } from "../resources/owner.ts";
import { ensureSession } from "../resources/session.ts";
import { together } from "./together.ts";

/**
 * Ensures both at once: Docker takes its time, and neither needs the other. A session that cannot be made ends the
 * start of the containers, which may be in the middle of pulling an image.
 */
export async function ensureContainersAndSession(
  owner: Owner,
  { files, model }: { readonly files: ComposeFiles; readonly model: ComposeModel },
): Promise<void> {
  const failure = new AbortController();
  const session = ensureSession(owner).catch((error: unknown) => {
    failure.abort(error);
    throw error;
  });
  const { interruption } = owner;
  const first = AbortSignal.any([interruption.first, failure.signal]);
  const containers = ensureContainers({ ...owner, interruption: { ...interruption, first } }, files, model);
  await together(session, containers);
}
