import { expect, test } from "bun:test";
import { type Node, parsePrinted, printDocument, valueOf } from "./document.ts";
import {
  parseGenerated,
  parseGeneratedModel,
  privateDocument,
  verifyGenerated,
  withProjectNames,
} from "./generated-file.ts";
import { type ComposeModel, mapValues } from "./model.ts";
import { corrected } from "./private-services.ts";
import { MonoError } from "../error/mono-error.ts";

const printed = `name: mono-shop
services:
  web:
    environment:
      BIG: 9007199254740993
      SECRET: 'a: b'
    image: nginx
    ports:
      - target: 80
        published: "8080"
networks:
  default:
    name: mono-shop_default
`;

function source(text = printed): { readonly document: Node; readonly model: ComposeModel } {
  const document = parsePrinted(text);
  return { document, model: valueOf(document) as ComposeModel };
}

const port = (published: string) => ({ target: 80, published });

/** The model with another port, as mono writes it. */
function meant(): ComposeModel {
  const { model } = source();
  const { name: _name, ...network } = model.networks?.["default"] ?? {};
  const web = { ...model.services["web"], ports: [port("19300")] };
  return { ...model, services: { web }, networks: { default: network } };
}

test("what mono changes is new, and all else has the bytes that Compose has printed", () => {
  expect(printDocument(privateDocument(source(), meant()))).toBe(
    printed.replace("8080", "19300").replace("\n    name: mono-shop_default\n", " {}\n"),
  );
});

test("a generated file is read back, and so is one of mono 0.1, which is JSON", () => {
  const text = printDocument(privateDocument(source(), meant()));
  expect(parseGenerated(text).model.services["web"]?.ports).toEqual([port("19300")]);
  expect(parseGeneratedModel(JSON.stringify(meant()))).toEqual(meant());
});

function problemsOf(read: string): readonly string[] {
  try {
    verifyGenerated(privateDocument(source(), withProjectNames(meant())), source(read), 3);
    return [];
  } catch (error) {
    if (error instanceof MonoError) return error.details;
    throw error;
  }
}

const asMeant = printed.replace("8080", "19300");

test("what Compose reads as it was meant is fine, whatever the order and its quotes for mono's own", () => {
  expect(problemsOf(asMeant)).toEqual([]);
  expect(problemsOf(asMeant.replace('"19300"', "'19300'"))).toEqual([]);
  expect(problemsOf(asMeant.replace(/( +BIG.*\n)( +SECRET.*\n)/, "$2$1"))).toEqual([]);
});

test.each<[string, string, string, string]>([
  [
    "a number beyond 2^53",
    "9007199254740993",
    "9007199254740992",
    "services.web.environment.BIG: meant another number, Compose reads another number",
  ],
  [
    "another value, which may be a secret and is not shown",
    "'a: b'",
    "secret",
    "services.web.environment.SECRET: meant another string, Compose reads another string",
  ],
  [
    "bytes that mean the same to mono, and perhaps not to Compose",
    "'a: b'",
    '"a: b"',
    "services.web.environment.SECRET: meant another string, Compose reads another string",
  ],
  [
    "a value that is gone",
    "    image: nginx\n",
    "",
    "services.web.image: meant another string, Compose reads nothing",
  ],
  [
    "a value that nobody wrote",
    "    image: nginx\n",
    "    image: nginx\n    tty: true\n",
    "services.web.tty: meant nothing, Compose reads another boolean",
  ],
  [
    "another name",
    "mono-shop_default",
    "shop",
    "networks.default.name: meant another string, Compose reads another string",
  ],
  [
    "a mapping in place of a value",
    "image: nginx",
    "image:\n      a: 1",
    "services.web.image: meant another string, Compose reads a mapping of a",
  ],
])("a difference is named by its place: %s", (_what, from, to, problem) => {
  expect(problemsOf(asMeant.replace(from, to))).toEqual([problem]);
});

test.each(["19299", "19400", "19399-19401"])(
  "a port outside the environment's block is refused, though it was meant: %s",
  (published) => {
    const wanted = { services: { web: { ports: [port(published)] } } };
    const read = {
      model: wanted,
      document: privateDocument({ document: source().document, model: wanted }, wanted),
    };
    expect(() => verifyGenerated(read.document, read, 3)).toThrow(
      expect.objectContaining({
        details: [`services.web.ports: ${published.split("-")[0]} is not the environment's`],
      }),
    );
  },
);

test("the agents of ssh are the same in whatever order Compose prints them", () => {
  const withAgents = (...agents: string[]) =>
    source(
      `name: mono-shop\nservices:\n  web:\n    build:\n      ssh:\n${agents.map((agent) => `        - ${agent}\n`).join("")}`,
    );
  const [one, other] = [withAgents("default", "'key: /k'"), withAgents("'key: /k'", "default")];
  for (const [first, then] of [
    [one, other],
    [other, one],
  ] as const) {
    const services = mapValues(first.model.services, corrected);
    const written = privateDocument(first, { ...first.model, services });
    expect(() => verifyGenerated(written, then, 3)).not.toThrow();
  }
});

test("a container name is refused, though it was meant", () => {
  const wanted = { services: { web: { container_name: "web" } } };
  const read = { model: wanted, document: privateDocument(source(), wanted) };
  expect(() => verifyGenerated(read.document, read, 3)).toThrow(
    expect.objectContaining({ details: ["services.web.container_name: is still there"] }),
  );
});

test.each(["", "services: [", "[]", "null", "{}", '{"services": []}', "services: 1\n"])(
  "a file that somebody has changed is not read: %p",
  (text) => {
    expect(() => parseGeneratedModel(text)).toThrow(SyntaxError);
  },
);
