/**
 * The results of two steps that run at once. Waits for both even when one of them fails: neither may still be running
 * when the caller goes on. Then it throws the error of `one`, if it failed, else that of `other`.
 */
export async function together<A, B>(one: Promise<A>, other: Promise<B>): Promise<readonly [A, B]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}
