/** Durations as people write them. */

const unitsMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90s`, `30m`, `2h`, `1d`: in milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * unitsMs[unit as keyof typeof unitsMs];
}

/** The same, the other way round, in the largest unit of which there is one: `2h` for two and a half hours. */
export function roughDuration(milliseconds: number): string {
  const [unit, ms] = Object.entries(unitsMs).findLast(([, length]) => milliseconds >= length) ?? ["s", 1000];
  return `${Math.floor(milliseconds / ms)}${unit}`;
}
