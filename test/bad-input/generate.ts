/** From a seed to an input: the same one each time. */
import fc from "fast-check";
import { damagedComposeText, damagedComposeTree, oddPorts, runningFiles } from "./compose.ts";
import { companions, models } from "./compose-models.ts";
import type { Files, Input } from "./input.ts";
import { bytes, damaged, large, shaped, soup, validTexts } from "./mono-yml.ts";
import { oddComposeFile, oddMonoYml, surroundings } from "./odd-files.ts";

/** One that starts nothing, for the mono.yml files that name it. */
const someCompose = JSON.stringify(models[0]);

interface Kind {
  readonly name: string;
  /** How many of a thousand inputs. */
  readonly share: number;
  readonly files: fc.Arbitrary<Files>;
  /** With them, the environment is there before the files come. */
  readonly before?: fc.Arbitrary<Files>;
  readonly allowed: readonly number[];
}

const asMonoYml = (entry: fc.Arbitrary<Files[string]>): fc.Arbitrary<Files> =>
  entry.map((content) => ({ "mono.yml": content }));
const beside = (files: Files, text: fc.Arbitrary<string>): fc.Arbitrary<Files> =>
  text.map((content) => ({ ...files, "mono.yml": content }));
const named: Files = { ...surroundings, "compose.yml": someCompose, "more.yml": "services: {}\n" };
const anyMonoYml = fc.oneof(
  asMonoYml(bytes),
  asMonoYml(soup),
  asMonoYml(damaged),
  asMonoYml(shaped),
  oddMonoYml,
);

/** 1 is for a script that fails, or a service that does not start; a wrong file is 2. */
const kinds: readonly Kind[] = [
  { name: "mono.yml: bytes", share: 140, files: asMonoYml(bytes), allowed: [0, 1, 2] },
  { name: "mono.yml: tokens", share: 220, files: asMonoYml(soup), allowed: [0, 1, 2] },
  { name: "mono.yml: damaged", share: 180, files: asMonoYml(damaged), allowed: [0, 1, 2] },
  { name: "mono.yml: odd values", share: 150, files: asMonoYml(shaped), allowed: [0, 1, 2] },
  { name: "mono.yml: beside compose files", share: 50, files: beside(named, shaped), allowed: [0, 1, 2] },
  { name: "mono.yml: large", share: 20, files: asMonoYml(large), allowed: [0, 2] },
  { name: "mono.yml: no file", share: 20, files: oddMonoYml, allowed: [0, 2] },
  {
    name: "mono.yml: changed later",
    share: 70,
    before: fc
      .constantFrom(...validTexts.slice(0, 1), "scripts: {run: 'true'}\n")
      .map((text) => ({ "mono.yml": text })),
    files: anyMonoYml,
    allowed: [0, 1, 2],
  },
  { name: "compose: text", share: 55, files: damagedComposeText, allowed: [0, 1, 2] },
  { name: "compose: tree", share: 55, files: damagedComposeTree, allowed: [0, 1, 2] },
  { name: "compose: ports", share: 25, files: oddPorts, allowed: [0, 1, 2] },
  { name: "compose: no file", share: 12, files: oddComposeFile, allowed: [0, 1, 2] },
  {
    name: "compose: changed later",
    share: 3,
    before: fc.constant(runningFiles),
    files: fc.oneof(damagedComposeTree, oddPorts, damagedComposeText),
    allowed: [0, 1, 2],
  },
];

const input: fc.Arbitrary<Input> = fc.oneof(
  ...kinds.map(({ name, share, files, before, allowed }) => ({
    weight: share,
    arbitrary: fc.record({ files, before: before ?? fc.constant(undefined) }).map((made) => ({
      kind: name,
      allowed,
      files: made.files,
      ...(made.before !== undefined && { before: { ...companions, ...made.before } }),
    })),
  })),
);

export function generateInput(seed: number): Input {
  const [made] = fc.sample(input, { seed, numRuns: 1 });
  if (made === undefined) throw new Error("one is asked for");
  return made;
}
