import type { Owner } from "../resources/owner.ts";
import type { Project } from "../resources/resource.ts";
import { resources } from "../resources/resources.ts";

/**
 * Ensures all resources at once: Docker takes its time, and no other needs it. One that fails ends the others, which may
 * be in the middle of pulling an image. Waits for all, then throws what the first one failed with.
 */
export async function ensureTogether(owner: Owner, project: Project | undefined): Promise<void> {
  const failure = new AbortController();
  const { interruption } = owner;
  const first = AbortSignal.any([interruption.first, failure.signal]);
  const interruptible = { ...owner, interruption: { ...interruption, first } };
  const ensureOne = async (ensure: (typeof resources)[number]["ensure"]) => {
    try {
      await ensure?.(interruptible, project);
    } catch (error) {
      failure.abort(error);
    }
  };
  await Promise.all(resources.map(({ ensure }) => ensureOne(ensure)));
  if (failure.signal.aborted) throw failure.signal.reason;
}
