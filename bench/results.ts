/** What the samples come to. */
import type { Recorded } from "./rounds.ts";
import { type Row, rows } from "./rows.ts";
import { rounded, type Spread, spreadOf } from "./statistics.ts";

export interface Result extends Row {
  readonly samples: number;
  /** Milliseconds, or megabytes. */
  readonly subject: Spread;
  readonly baseline?: Spread;
  /** What is compared with the budget: the ratio of the medians, or megabytes. */
  readonly value: number;
  /** Undefined for a row without a budget. */
  readonly isMet?: boolean;
}

/** In the order of the table; rows that were not measured are left out. */
export function resultsOf(recorded: Recorded): readonly Result[] {
  return rows.flatMap((row: Row) => {
    const samples = recorded.get(row.name);
    if (samples === undefined) return [];
    const subject = spreadOf(samples.subject);
    const baseline = samples.baseline.length > 0 ? spreadOf(samples.baseline) : undefined;
    const value = baseline === undefined ? subject.median : subject.median / baseline.median;
    return {
      ...row,
      samples: samples.subject.length,
      subject,
      ...(baseline !== undefined && { baseline }),
      value: rounded(value),
      ...(row.budget !== undefined && { isMet: value <= row.budget }),
    };
  });
}
