/** What a row of numbers comes to. */
export interface Spread {
  readonly median: number;
  /** A tenth of the samples is below the one, a tenth above the other. */
  readonly low: number;
  readonly high: number;
}

/** The quantile by linear interpolation between the two samples next to it. Throws when there are no samples. */
export function quantileOf(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (below === undefined || above === undefined) throw new Error("no samples");
  return below + (above - below) * (at - Math.floor(at));
}

export function spreadOf(samples: readonly number[]): Spread {
  return {
    median: rounded(quantileOf(samples, 0.5)),
    low: rounded(quantileOf(samples, 0.1)),
    high: rounded(quantileOf(samples, 0.9)),
  };
}

/** To the microsecond, when the unit is the millisecond. */
export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
