import { expect, test } from "bun:test";
import fc from "fast-check";
import type { ComposeModel, PortEntry, Service } from "./model.ts";
import { allocatePorts, publishedPortsOf } from "./private-ports.ts";

const id = 3;

function modelOf(services: Record<string, Service>): ComposeModel {
  return { services };
}

/** An entry as `docker compose config` prints it, from `published:target/protocol`. */
function entry(text: string): PortEntry {
  const [, published = "", target, protocol = "tcp"] = /^(?:([\d-]*):)?(\d+)(?:\/(\w+))?$/.exec(text) ?? [];
  return { mode: "ingress", target: Number(target), protocol, ...(published !== "" && { published }) };
}

function allocate(services: Record<string, Service>, previous?: ComposeModel): ComposeModel {
  return allocatePorts(modelOf(services), id, Object.keys(services), previous);
}

/** What each service publishes now, one `published` after the other. */
function publishedOf(model: ComposeModel): Record<string, (string | undefined)[]> {
  return Object.fromEntries(
    Object.entries(model.services).map(([name, { ports = [] }]) => [
      name,
      ports.map(({ published }) => published),
    ]),
  );
}

test.each<[string, string[], number, string[]]>([
  ["one port", ["8080:80"], 1, ["19300"]],
  ["two ports", ["8080:80", "8443:443"], 1, ["19300", "19301"]],
  ["a port for which Docker would choose the number", [":80"], 1, ["19300"]],
  ["a range", ["3000-3005:80", "8080:81"], 1, ["19300-19305", "19306"]],
  ["tcp and udp on one number", ["53:53/tcp", "53:53/udp", "80:80"], 1, ["19300", "19300", "19301"]],
  ["one target published twice", ["8080:80", "9090:80"], 1, ["19300", "19301"]],
  ["three replicas", ["8080:80", "8443:443"], 3, ["19300-19302", "19303-19305"]],
  ["a range that is longer than the replicas are many", ["3000-3005:80"], 2, ["19300-19305"]],
  ["no replica", ["8080:80"], 0, ["19300"]],
])("%s", (_what, ports, replicas, published) => {
  const web = { ports: ports.map(entry), deploy: { replicas } };
  expect(publishedOf(allocate({ web })).web).toEqual(published);
  const scaled = { ports: ports.map(entry), scale: replicas };
  expect(publishedOf(allocate({ web: scaled })).web).toEqual(published);
});

test("ports are counted service by service in the order of the compose files", () => {
  const services = {
    api: { ports: [entry("3000")] },
    db: {},
    web: { ports: [entry("80:80"), entry("443:443")] },
  };
  const model = allocatePorts(modelOf(services), id, ["web", "db", "api"], undefined);
  expect(publishedOf(model)).toEqual({ web: ["19300", "19301"], db: [], api: ["19302"] });
  expect(model.services["db"]).toEqual({});
});

test("one number in two services is two ports", () => {
  const model = allocate({ one: { ports: [entry("80:80")] }, other: { ports: [entry("80:80")] } });
  expect(publishedOf(model)).toEqual({ one: ["19300"], other: ["19301"] });
});

test("an environment has room for a hundred ports, and one more is an error that says so", () => {
  expect(publishedOf(allocate({ web: { ports: [entry("1-100:80")] } }))).toEqual({ web: ["19300-19399"] });
  const tooMany = { web: { ports: [entry("1-100:80"), entry("200:81")] } };
  expect(() => allocate(tooMany)).toThrow("publish more than 100 ports");
  expect(() => allocate({ web: { ports: [entry("1-101:80")] } })).toThrow("publish more than 100 ports");
});

// Compose validates none of it in the long form.
test.each([
  ["a text", { target: 80, published: "abc" }, "the service web cannot publish the port abc"],
  ["a range without an end", { target: 80, published: "8000-" }, "cannot publish the port 8000-"],
  ["a range that runs backwards", { target: 80, published: "90-80" }, "cannot publish the port 90-80"],
  ["a number that is not a port", { target: 80, published: "-1" }, "cannot publish the port -1"],
  ["another spelling", { target: 80, published: "1e3" }, "cannot publish the port 1e3"],
  ["a number that is too high", { target: 80, published: "70000" }, "cannot publish the port 70000"],
  ["a container port that is too high", { target: 70_000 }, "has no such container port: 70000"],
  ["the container port 0, which is not printed", { published: "80" }, "has no such container port: 0"],
])("%s is no port", (_what, port, message) => {
  expect(() => allocate({ web: { ports: [port as unknown as PortEntry] } })).toThrow(message);
});

test("any free port is one, however it is written", () => {
  const ports = [{ target: 80, published: "0" }, { target: 81, published: "" }, { target: 82 }];
  expect(publishedOf(allocate({ web: { ports } }))).toEqual({ web: ["19300", "19301", "19302"] });
});

test("after an edit, what had a port keeps it, and what is new takes the next free one", () => {
  const before = allocate({
    web: { ports: [entry("8080:80"), entry("8443:443")] },
    db: { ports: [entry("5432")] },
  });
  const after = allocate(
    { api: { ports: [entry("3000")] }, web: { ports: [entry("9443:443")] }, db: { ports: [entry("5432")] } },
    before,
  );
  expect(publishedOf(after)).toEqual({ api: ["19303"], web: ["19301"], db: ["19302"] });
});

test("a service with more replicas than before takes a new run of ports", () => {
  const before = allocate({ web: { ports: [entry("80:80")] }, db: { ports: [entry("5432")] } });
  const after = allocate(
    { web: { ports: [entry("80:80")], scale: 2 }, db: { ports: [entry("5432")] } },
    before,
  );
  expect(publishedOf(after)).toEqual({ web: ["19302-19303"], db: ["19301"] });
});

test("the published ports are listed lowest first, each service's together, a range by its first number", () => {
  const model = modelOf({
    api: { ports: [{ target: 3000, published: "19302" }] },
    db: {},
    web: {
      ports: [
        { target: 443, published: "19304", host_ip: "127.0.0.1" },
        { target: 80, published: "19300-19301", protocol: "udp" },
      ],
    },
  });
  expect(publishedPortsOf(model)).toEqual([
    { service: "web", protocol: "tcp", containerPort: 443, hostPort: 19_304, hostIp: "127.0.0.1" },
    { service: "web", protocol: "udp", containerPort: 80, hostPort: 19_300, hostIp: undefined },
    { service: "api", protocol: "tcp", containerPort: 3000, hostPort: 19_302, hostIp: undefined },
  ]);
});

const portEntry: fc.Arbitrary<PortEntry> = fc.record(
  {
    mode: fc.constant("ingress"),
    target: fc.constantFrom(80, 81, 82),
    published: fc.constantFrom("80", "81", "82", "80-82", "90-91"),
    protocol: fc.constantFrom("tcp", "udp"),
    host_ip: fc.constantFrom("127.0.0.1", "::1"),
  },
  { requiredKeys: ["mode", "target", "protocol"] },
);
/** Compose itself refuses a number that one protocol and address would serve twice. */
const listenerOf = ({ target, published, protocol, host_ip: address }: PortEntry) =>
  [published ?? `:${target}`, protocol, address].join(" ");
const someServices: fc.Arbitrary<Record<string, Service>> = fc.dictionary(
  fc.constantFrom("api", "db", "web"),
  fc.record({
    image: fc.string(),
    ports: fc.uniqueArray(portEntry, { maxLength: 5, selector: listenerOf }),
    scale: fc.constantFrom(1, 2),
  }),
);

/** Every port of a model, with the numbers that it takes and the port that it was made from. */
function takenBy(services: Record<string, Service>, private_: ComposeModel) {
  return Object.entries(private_.services).flatMap(([service, { ports = [] }]) =>
    ports.map((port, index) => {
      const [first = 0, last = first] = (port.published ?? "").split("-").map(Number);
      const numbers = Array.from({ length: last - first + 1 }, (_, step) => first + step);
      const { published, target } = services[service]?.ports?.[index] ?? { target: 0 };
      return { port, numbers, source: `${service} ${published ?? `:${target}`}` };
    }),
  );
}

/** True if one port cannot listen beside the other on the same number. */
function meet(one: PortEntry, other: PortEntry): boolean {
  const isWild = one.host_ip === undefined || other.host_ip === undefined;
  return one.protocol === other.protocol && (isWild || one.host_ip === other.host_ip);
}

test("every port stands in the environment's block, and two that were different do not overlap", () => {
  fc.assert(
    fc.property(someServices, fc.integer({ min: 1, max: 464 }), (services, anyId) => {
      const model = allocatePorts(modelOf(services), anyId, Object.keys(services), undefined);
      const taken = takenBy(services, model);
      for (const one of taken) {
        expect(one.numbers.every((port) => Math.floor((port - 19_000) / 100) === anyId)).toBe(true);
        for (const other of taken) {
          const isOverlapping = one.numbers.some((port) => other.numbers.includes(port));
          expect(isOverlapping && one.source !== other.source).toBe(false);
          expect(isOverlapping && one !== other && meet(one.port, other.port)).toBe(false);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test("a port has a number for each replica, and nothing else of it or its service changes", () => {
  fc.assert(
    fc.property(someServices, (services) => {
      const model = allocate(services);
      for (const { numbers, port } of takenBy(services, model))
        expect(port.published).toContain(String(numbers[0]));
      const withoutNumbers = (of: Record<string, Service>) =>
        Object.entries(of).map(([name, { ports = [], ...service }]) => [
          name,
          service,
          ports.map(({ published: _published, ...rest }) => rest),
        ]);
      expect(withoutNumbers(model.services)).toEqual(withoutNumbers(services));
      for (const { numbers, source } of takenBy(services, model)) {
        const replicas = services[source.split(" ")[0] ?? ""]?.scale ?? 1;
        const count = source.endsWith("80-82") ? 3 : replicas;
        expect(numbers).toHaveLength(source.endsWith("90-91") ? 2 : count);
      }
    }),
  );
});

test("the same compose files give the same ports again, in whatever order they stand now", () => {
  fc.assert(
    fc.property(someServices, (services) => {
      const before = allocate(services);
      const order = Object.keys(services).toReversed();
      expect(allocatePorts(modelOf(services), id, order, before)).toEqual(before);
    }),
  );
});

test("after any edit, no two ports that would meet share a number", () => {
  fc.assert(
    fc.property(someServices, someServices, (services, edited) => {
      const after = allocate(edited, allocate(services));
      const ports = takenBy(edited, after);
      for (const [index, one] of ports.entries()) {
        for (const other of ports.slice(index + 1)) {
          const isOverlapping = one.numbers.some((port) => other.numbers.includes(port));
          expect(isOverlapping && meet(one.port, other.port)).toBe(false);
        }
      }
    }),
    { numRuns: 200 },
  );
});

// The ports that are kept come first in the list, and MONO_<SERVICE>_PORT is the list's first.
test("a new port stands where the compose file has it", () => {
  const before = allocate({ web: { ports: [entry("8443:443")] } });
  const after = allocate({ web: { ports: [entry("8080:80"), entry("8443:443")] } }, before);
  expect(publishedOf(after)).toEqual({ web: ["19301", "19300"] });
});

test("adding and removing services moves no port of the others", () => {
  fc.assert(
    fc.property(someServices, someServices, (services, others) => {
      const before = allocate(services);
      const after = allocate({ ...others, ...services }, before);
      for (const name of Object.keys(services))
        expect(after.services[name]).toEqual(before.services[name] ?? {});
    }),
  );
});

// The first two share a port that is kept; the third has the number that one of them has now.
test("after an edit, no two tcp ports share a number", () => {
  const before = allocate({ dns: { ports: [entry("53:53/tcp"), entry("53:53/udp")] } });
  const edited = [entry("53:53/tcp"), entry("54:53/udp"), entry("54:80/tcp")];
  const ports = allocate({ dns: { ports: edited } }, before).services["dns"]?.ports ?? [];
  const tcp = ports.filter(({ protocol }) => protocol === "tcp").map(({ published }) => published);
  expect(new Set(tcp).size).toBe(tcp.length);
});

// What has gone is taken last, and taken when there is nothing else.
test("a service that publishes sixty ports can be renamed", () => {
  const ports = [entry("1-60:80")];
  const before = allocate({ web: { ports } });
  expect(publishedOf(allocate({ site: { ports } }, before))).toEqual({ site: ["19300-19359"] });
});
