/**
 * What two steps give that run at once. It waits for both, also when one of them fails: nothing may run on after the
 * back of what follows. Then it throws what the first one failed with, else the second.
 */
export async function together<A, B>(one: Promise<A>, other: Promise<B>): Promise<readonly [A, B]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}
