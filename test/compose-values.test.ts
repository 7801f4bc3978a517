/** What Compose means is what arrives: generated models with odd values, judged by Compose's own bytes. */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parsePrinted, printDocument, valueOf } from "../src/compose/document.ts";
import { privateDocument } from "../src/compose/generated-file.ts";
import { privatize } from "../src/compose/privatize.ts";
import type { ComposeModel } from "../src/compose/model.ts";
import { describeWithEachCompose } from "./support/each-compose.ts";
import type { World } from "./support/world.ts";

/** Texts that YAML, or a reader of it, may take for something else. */
const oddTexts = [
  "",
  " ",
  "~",
  "null",
  "yes",
  "NO",
  "on",
  "true",
  "=",
  "<<",
  "-",
  "- a",
  "? b",
  ": c",
  "a: b",
  "a:",
  "# d",
  "e # f",
  "&g",
  "*h",
  "!i",
  "!!str j",
  "|",
  ">-",
  "%k",
  "@l",
  "`m`",
  "{n}",
  "[o]",
  "'",
  '"',
  "\\",
  "1_000",
  "0o14",
  "014",
  "0x1F",
  "0b11",
  "1e3",
  ".5",
  "+1",
  ".inf",
  ".NaN",
  "12:30:45",
  "2001-01-01",
  "2001-01-01T10:00:00Z",
  "9007199254740993",
  "123456789012345678901234567890",
  "$$",
  "$${x}",
  "$${x:-y}",
  "a\n",
  "\n",
  "\n\n a",
  " a\nb",
  "a\n\n\n",
  "a \nb",
  "\ta\nb",
  "a\r\nb",
  "\u0007",
  "\u007f",
  "\u0085",
  "\u00a0",
  "\u2028",
  "\u2029",
  "\ufeff",
  "\ufffe",
  "\u{1f600}",
];
/** Without a null byte, which is none of YAML's, and a first line break, which older Composes leave out in what they print. */
const oddText = fc
  .oneof(
    fc.constantFrom(...oddTexts),
    fc
      .array(fc.oneof(fc.constantFrom(...oddTexts), fc.string({ unit: "grapheme", maxLength: 3 })), {
        maxLength: 4,
      })
      .map((parts) => parts.join("")),
  )
  .map((odd) =>
    odd
      .replace(/\$+/g, (dollars) => dollars + dollars.slice(0, dollars.length % 2))
      .replaceAll("\0", "")
      .replace(/^[\n\u2028\u2029]+/, ""),
  );
/** As an author writes them in YAML: without quotes. */
const plainTexts = [
  "9007199254740993 -9007199254740993 18446744073709551615 123456789012345678901234567890",
  "1_000 0o14 014 0x1F 0b11 1e3 1.50 .5 +1 1e-7 1.0 -0 -0.0",
  "2001-01-01 2001-01-01T10:00:00Z 12:30:45",
  'yes NO on true True ~ null "" =',
].flatMap((line) => line.split(" "));
const plain = fc.constantFrom(...plainTexts, "2001-12-14 21:59:43.10 -5", "!!str 5", "!!binary aGVsbG8=");
const json = (value: unknown) =>
  JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
const key = oddText.filter((odd) => odd !== "" && !odd.startsWith("x-"));
const flow = (entries: readonly (readonly [string, string])[]) =>
  `{${[...new Map(entries)].map(([name, value]) => `${json(name)}: ${value}`).join(", ")}}`;
const scalar = fc.oneof(oddText.map(json), plain);
const any: fc.Arbitrary<string> = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc.array(tie("any"), { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
    fc.array(fc.tuple(key, tie("any")), { maxLength: 3 }).map(flow),
  ),
})).any;
/** The form of the specification that takes text alone. */
const service = fc.record({
  environment: fc
    .array(
      fc.tuple(
        key.filter((odd) => !odd.includes("=")),
        oddText.map(json),
      ),
      { maxLength: 6 },
    )
    .map(flow),
  labels: fc.array(fc.tuple(key, oddText.map(json)), { maxLength: 6 }).map(flow),
  command: fc.array(oddText.map(json), { maxLength: 6 }).map((items) => `[${items.join(", ")}]`),
  extension: fc.array(any, { maxLength: 4 }).map((items) => `[${items.join(", ")}]`),
});
const file = fc
  .array(service, { minLength: 1, maxLength: 6 })
  .map(
    (services) =>
      `services:\n${services
        .map(
          ({ environment, labels, command, extension }, index) =>
            `  s${index}: {image: a, environment: ${environment}, labels: ${labels}, command: ${command}, x-any: ${extension}}\n`,
        )
        .join("")}`,
  );

/** What Compose prints for a compose file. */
async function configOf(world: World, text: string): Promise<string> {
  const path = join(world.folder, "compose.yaml");
  writeFileSync(path, text);
  const { exitCode, stdout, stderr } = await world.call(["docker", "compose", "-p", "p", "config"]);
  if (exitCode !== 0) throw new Error(`${stderr}\n${text}`);
  return stdout;
}

const options = { project: "p", id: 1, order: [], previous: undefined };

/** Compose orders odd keys now this way, now that, so that another one may be the first of an item. */
function lines(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/^(?:[-?]? )+/, (start) => " ".repeat(start.length)))
    .toSorted();
}

/** The private file of what Compose has printed, where nothing has to change. */
function privateFile(printed: string): string {
  const document = parsePrinted(printed);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the model of a file that Compose has validated
  const model = valueOf(document) as ComposeModel;
  return printDocument(privateDocument({ document, model }, privatize(model, options)));
}

describeWithEachCompose((world) => {
  test("what Compose reads from the private file is, byte by byte, what it read from the original", async () => {
    const property = fc.asyncProperty(file, async (text) => {
      const printed = await configOf(world, text);
      // Behind a byte order mark an old Compose forgets to double `$`: mono refuses such a file, since nobody could say
      // what is meant.
      const escapes = [...printed.matchAll(/(?:\\x24)+/g)];
      if (escapes.some(([run]) => (run.length / "\\x24".length) % 2 === 1)) return;
      expect(lines(await configOf(world, privateFile(printed)))).toEqual(lines(printed));
    });
    await fc.assert(property, { numRuns: 6, endOnFailure: true });
  });
});
