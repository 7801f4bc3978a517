import { expect, test } from "bun:test";
import type { ComposeModel, Service } from "./model.ts";
import { areTurned, findKnobs, knobsIn, probeNumbers } from "./port-knobs.ts";

test.each<[string, string[]]>([
  ['["${A:-3000}:3000", "$B:80", "${C}:81", "127.0.0.1:${D:-${E:-1}}:82"]', ["A", "B", "C", "D"]],
  ['["${A:?set it: now}:3000/tcp", "${IP:-127.0.0.1}:${F-8080}:80"]', ["A", "F"]],
  ['["${A}-${B}:80", "3000:${C}", "80", "${D}", "1${E}:80", "$$F:80"]', []],
  ['[{ target: 80, published: "${A}" }, { target: 81, published: 3000 }]', ["A"]],
])("the knobs of %s are %j", (ports, names) => {
  expect(knobsIn([`services:\n  web:\n    ports: ${ports}\n`])).toEqual(names);
});

const probes = probeNumbers(["A", "B"]);
const [a = "", b = ""] = Object.values(probes);
const model = (services: Record<string, Service>): ComposeModel => ({ services });
const publishing = (...published: string[]) => ({
  ports: published.map((number, index) => ({ target: 80 + index, published: number })),
});
const allocated = model({ api: publishing("19102"), web: publishing("19100", "19101") });
const listens = "the program in the container listens on it, too";

const find = (services: Record<string, Service>, plain: string) => {
  const text = JSON.stringify(services)
    .replaceAll(a, plain)
    .replaceAll(b, "81")
    .replaceAll(`"target":${plain}`, '"target":80');
  return findKnobs(probes, { outside: model(JSON.parse(text)), probed: model(services), allocated });
};

test.each<[string, Record<string, Service>, Record<string, string>, string[]]>([
  ["one port each", { web: publishing(a, b) }, { A: "19100", B: "19101" }, []],
  ["not there", { web: publishing("3000") }, {}, []],
  ["two ports", { web: publishing(a, a) }, {}, ["it stands for several ports"]],
  ["ports of two services", { web: publishing(a), api: publishing(a) }, {}, ["it stands for several ports"]],
  [
    "a container port",
    { web: { ports: [{ target: Number(a), published: a }] } },
    {},
    ["it is also a port in the container"],
  ],
  ["in a command", { web: { ...publishing(a), command: ["serve", `--port=${a}`] } }, {}, [listens]],
  ["PORT", { web: { ...publishing(a), environment: { PORT: a } } }, {}, [listens]],
  ["another variable", { web: { ...publishing(a), environment: { PUBLIC_PORT: a } } }, { A: "19100" }, []],
  ["PORT of another service", { web: publishing(a), api: { environment: { PORT: a } } }, { A: "19100" }, []],
  [
    "beside the name",
    { web: publishing(a), api: { environment: { U: `http://web:${a}` } } },
    {},
    ["api reaches the container by it"],
  ],
  [
    "host and port",
    { web: publishing(a), api: { environment: { H: "web", P: a } } },
    {},
    ["api reaches the container by it"],
  ],
  [
    "an alias",
    {
      web: { ...publishing(a), networks: { x: { aliases: ["shop"] } } },
      api: { command: ["wait", `shop:${a}`] },
    },
    {},
    ["api reaches the container by it"],
  ],
  [
    "the name as a path",
    { web: publishing(a), api: { environment: { U: "http://localhost/web", P: a } } },
    { A: "19100" },
    [],
  ],
  [
    "in an address of the host",
    { web: publishing(a), api: { environment: { H: "http://web/", P: `http://localhost:${a}` } } },
    { A: "19100" },
    [],
  ],
])("%s, published under the container's number", (_what, services, turned, reasons) => {
  const found = find(services, "80");
  expect(found.turned).toEqual(turned);
  expect(found.kept.map(({ reason }) => reason)).toEqual(reasons);
});

test("a number that is only published reaches no container from inside, and no program listens on it", () => {
  const web = { ...publishing(a), environment: { PORT: a } };
  const api = { environment: { H: "web", P: a } };
  expect(find({ web, api }, "3000")).toEqual({ turned: { A: "19100" }, kept: [] });
});

test("a variable that has an address in it, too, is no port's", () => {
  const outside = model({ web: { ports: [{ target: 80, published: "3000", host_ip: "127.0.0.1" }] } });
  const { kept, turned } = findKnobs(probes, { outside, probed: model({ web: publishing(a) }), allocated });
  expect({ kept, turned }).toEqual({
    turned: {},
    kept: [{ variable: "A", service: "web", reason: "its value is more than a port" }],
  });
});

test("what is turned is looked for in what Compose reads afterwards", () => {
  expect(areTurned({ A: "19100" }, model({ web: publishing("19100", "3000") }), allocated)).toBe(true);
  expect(areTurned({ A: "19100" }, model({ web: publishing("3000", "3000") }), allocated)).toBe(false);
  expect(areTurned({ A: "19100" }, model({ web: publishing("3000", "19100") }), allocated)).toBe(false);
});
