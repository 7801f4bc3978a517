/** Lets at most `atOnce` jobs run at the same time; the others wait for their turn. */
export function createQueue(atOnce: number): <T>(job: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let going = 0;
  return async (job) => {
    if (going < atOnce) going++;
    else await new Promise<void>((resolve) => void waiting.push(resolve));
    try {
      return await job();
    } finally {
      // The next one takes this one's place, so that nobody comes in between.
      const next = waiting.shift();
      if (next === undefined) going--;
      else next();
    }
  };
}
