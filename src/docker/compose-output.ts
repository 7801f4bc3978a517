/** What `docker compose --progress plain` prints, by its sort. */
import type { OutputFilter } from "../log/narrator.ts";

const layerLine =
  /^ ?([0-9a-f]{12}) (?:Pulling fs layer|Waiting|Downloading|Verifying Checksum|Download complete|Extracting|(Pull complete|Already exists))\b/;
/** Of a build: parts of a download, what Docker does for itself, ends. Its steps and what they print stay. */
const buildLine =
  /^#\d+ (?:sha256:|extracting |transferring |exporting |writing image |naming to |building with |DONE |\[[^\]]*internal\] |\[[^\]]*\] exporting to )/;
/** What a thing is on its way through: its last line says what it has become. */
const passingLine =
  /^ (?:(?:Container|Network|Volume) .* (?:Creating|Starting|Stopping|Removing|Waiting|Recreate)|Container .* (?:Created|Recreated|Stopped)) *$/;
/** Said by a `down` that finds nothing: the undoing of an init has often nothing to find. */
const emptyLine = /No resource found to remove for project/;

/**
 * Filters the lines that only count up, and those that tell nobody anything: an image of some size is pulled with a
 * hundred of them, and a container passes through five states. Layers are counted in their place. The log has all of it.
 */
export function createProgressFilter(): OutputFilter {
  const layers = new Map<string, boolean>();
  return (line) => {
    const [match, layer, isDone] = layerLine.exec(line) ?? [];
    if (match !== undefined && layer !== undefined) {
      layers.set(layer, isDone !== undefined || layers.get(layer) === true);
      const done = [...layers.values()].filter(Boolean).length;
      return `pulled ${done} of ${layers.size} layers`;
    }
    if (emptyLine.test(line)) return "";
    return buildLine.test(line) || passingLine.test(line) ? line : undefined;
  };
}
