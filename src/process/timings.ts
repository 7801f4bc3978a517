/**
 * Where the time of a command goes. With `MONO_TIMINGS=1` mono prints, when it ends, what took how long: its own start,
 * every process that it starts and every question to an engine. Without it a span costs one comparison.
 */
const isOn = Boolean(process.env["MONO_TIMINGS"]);

/** Begins to measure; the returned function ends it. */
export function beginSpan(what: string): () => void {
  return isOn ? spanFrom(what, performance.now()) : nothing;
}

/** The same for what has begun already, at `start` of `performance.now()`. */
export function spanFrom(what: string, start: number): () => void {
  return isOn ? () => void performance.measure(what, { start, end: performance.now() }) : nothing;
}

function nothing(): void {}

/** A line a span, in milliseconds since the start of mono; undefined unless somebody wants to know. */
export function renderTimings(): string | undefined {
  if (!isOn) return undefined;
  const cell = (ms: number) => ms.toFixed(1).padStart(9);
  const rows = performance
    .getEntriesByType("measure")
    .toSorted((a, b) => a.startTime - b.startTime)
    // A script is known by its first line.
    .map(
      ({ name, startTime, duration }) =>
        `${cell(startTime)} ${cell(duration)}  ${name.trim().split("\n")[0]}`,
    );
  return [`${"start ms".padStart(9)} ${"took ms".padStart(9)}`, ...rows, ""].join("\n");
}
