/**
 * The layers of `src/`, from the top down. oxlint has no rule for layers: each folder needs a rule of its own that
 * names all the layers above it. `npm run layers` writes those rules to `scripts/layers.json`.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Imports point down this list, never up. */
export const layers = [
  "main.ts",
  "cli",
  "operations",
  "resources",
  "docker",
  "tmux",
  "state",
  "config",
  "compose",
  "host",
  "log",
  "environment",
  "process",
  "error",
  "text",
] as const;

export const rulesFile = join(import.meta.dir, "layers.json");

/** What oxlint reads: for each layer, the imports that would point up. */
export function layerRules(): string {
  const overrides = layers.slice(1).map((layer, index) => ({
    files: [`src/${layer}/**/*.ts`],
    rules: { "no-restricted-imports": ["error", { patterns: [upward(layers.slice(0, index + 1))] }] },
  }));
  const lines = overrides.map((override) => JSON.stringify(override));
  return `{"overrides": [\n${lines.join(",\n")}\n]}\n`;
}

function upward(above: readonly string[]) {
  return {
    group: above.map((layer) => (layer.endsWith(".ts") ? `**/${layer}` : `**/${layer}/**`)),
    message: "imports point down the list of layers in docs/architecture.md",
  };
}

if (import.meta.main) writeFileSync(rulesFile, layerRules());
