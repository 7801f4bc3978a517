/**
 * Rounds of steps, one after the other: what mono does, what it is compared with, and the preparation between them. Both
 * sides of a comparison are measured in each round, so that whatever else the machine does meets both.
 */

/** Milliseconds of the two sides of one row, a number a round. */
export interface Samples {
  readonly subject: number[];
  readonly baseline: number[];
}

type Side = keyof Samples;
export type Recorded = Map<string, Samples>;

export interface Step {
  readonly act: () => Promise<unknown>;
  /** Where its time goes; without it, it is not measured. */
  readonly time?: { readonly row: string; readonly side: Side };
}

export interface Rounds {
  readonly count: number;
  /** Looked at between steps: a step that has begun comes to its end. */
  readonly signal: AbortSignal;
}

export function subject(row: string, act: Step["act"]): Step {
  return { act, time: { row, side: "subject" } };
}

export function baseline(row: string, act: Step["act"]): Step {
  return { act, time: { row, side: "baseline" } };
}

/** Plays one round that does not count, for the caches, then those that do. */
export async function playRounds({ count, signal }: Rounds, steps: readonly Step[]): Promise<Recorded> {
  const recorded: Recorded = new Map();
  for (let round = 0; round <= count; round++) {
    for (const { act, time } of steps) {
      signal.throwIfAborted();
      const started = performance.now();
      await act();
      if (time !== undefined && round > 0)
        samplesOf(recorded, time.row)[time.side].push(performance.now() - started);
    }
  }
  return recorded;
}

export function samplesOf(recorded: Recorded, row: string): Samples {
  const samples = recorded.get(row) ?? { subject: [], baseline: [] };
  recorded.set(row, samples);
  return samples;
}
