import { Database } from "bun:sqlite";

/** The local time of day of a moment, in milliseconds since 1970, as `14:32:05.123`. */
export type LocalTime = (now: number) => string;

/**
 * The C library's local time, by way of SQLite. JavaScript's own takes as long as two thirds of a start, the first time
 * that it is asked: it loads all time zones of the world.
 */
export function createLocalTime(): LocalTime {
  const statement = new Database(":memory:").query<{ time: string }, [number]>(
    "SELECT strftime('%H:%M:%f', ?, 'unixepoch', 'localtime') AS time",
  );
  return (now) => statement.get(now / 1000)?.time ?? "";
}
