/** Durations as people write them. */

/** In milliseconds, from the shortest to the longest. */
const units: ReadonlyMap<string, number> = new Map([
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

/** The milliseconds of a duration like `90s`, `30m`, `2h` or `1d`; undefined for any other text. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const length = units.get(unit);
  return length === undefined ? undefined : Number(number) * length;
}

/** The reverse, rounded down to the longest unit that fits at least once: `2h` for two and a half hours. */
export function roughDuration(milliseconds: number): string {
  const [unit, length] = [...units].findLast(([, one]) => milliseconds >= one) ?? ["s", 1000];
  return `${Math.floor(milliseconds / length)}${unit}`;
}
