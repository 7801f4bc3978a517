/** What `docker compose --progress plain` prints, by its sort. */
import type { OutputFilter } from "../log/narrator.ts";

const layerLine =
  /^ ?([0-9a-f]{12}) (?:Pulling fs layer|Waiting|Downloading|Verifying Checksum|Download complete|Extracting|(Pull complete|Already exists))\b/;
/** Of a build: the parts of a download or an upload, and what they are made of. */
const buildLine = /^#\d+ (?:sha256:|extracting sha256:|transferring )/;

/**
 * Filters the lines that only count up: an image of some size is pulled with a hundred of them. They are told in a
 * few words in place of that.
 */
export function createCountingFilter(): OutputFilter {
  const layers = new Map<string, boolean>();
  return (line) => {
    const [match, layer, isDone] = layerLine.exec(line) ?? [];
    if (match !== undefined && layer !== undefined) {
      layers.set(layer, isDone !== undefined || layers.get(layer) === true);
      const done = [...layers.values()].filter(Boolean).length;
      return `pulled ${done} of ${layers.size} layers`;
    }
    return buildLine.test(line) ? line : undefined;
  };
}
