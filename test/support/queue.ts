/** Lets at most `atOnce` jobs go on at the same time; the others wait for their turn. */
export function createQueue(atOnce: number): <T>(job: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let going = 0;
  return async (job) => {
    if (going >= atOnce) await new Promise<void>((resolve) => void waiting.push(resolve));
    going++;
    try {
      return await job();
    } finally {
      going--;
      waiting.shift()?.();
    }
  };
}
