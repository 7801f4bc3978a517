import { expect, test } from "bun:test";
import type { Mount, StoringContainer } from "../../docker/storage.ts";
import { planCopy, type Storage } from "./plan.ts";

const volume = (source: string, target: string, isWritable = true): Mount => ({
  kind: "volume",
  source,
  target,
  isWritable,
});
const bind = (source: string, target: string): Mount => ({ kind: "bind", source, target, isWritable: true });

function container(service: string, mounts: readonly Mount[], more: Partial<StoringContainer> = {}) {
  const own = { id: service, name: service, image: "i", owner: "m", dataPaths: [], probe: undefined };
  return { ...own, service, number: "1", state: "running", mounts, ...more };
}

const source = (containers: readonly StoringContainer[], described: readonly Storage[] = []) => ({
  containers,
  described,
  workspace: "/w/one",
  dataFolder: "/home/data/one",
});

test("named and anonymous volumes are the same by service, number and path", () => {
  const anonymous = "a".repeat(64);
  const { pairs } = planCopy(
    source([
      container("db", [volume("one_data", "/data"), volume(anonymous, "/more")]),
      container("db", [volume("one_data2", "/data")], { id: "db2", number: "2" }),
      container("old", [volume("one_old", "/old")]),
    ]),
    [
      container("db", [volume("two_data", "/data"), volume("b".repeat(64), "/more")]),
      container("db", [volume("two_data2", "/data")], { number: "2" }),
      container("db", [volume("two_data3", "/data")], { number: "3" }),
      container("new", [volume("two_new", "/old")]),
    ],
  );
  expect(pairs).toEqual([
    { from: "one_data", to: "two_data", service: "db", target: "/data" },
    { from: anonymous, to: "b".repeat(64), service: "db", target: "/more" },
    { from: "one_data2", to: "two_data2", service: "db", target: "/data" },
  ]);
});

test("what both have is shared, wherever it is mounted, and a volume is copied once", () => {
  const { pairs } = planCopy(
    source([
      container("db", [volume("all", "/shared"), volume("one_data", "/data")]),
      container("web", [volume("one_data", "/read", false)]),
    ]),
    [
      container("db", [volume("all", "/shared"), volume("two_data", "/data")]),
      container("web", [volume("two_data", "/read", false), volume("all", "/elsewhere")]),
    ],
  );
  expect(pairs).toEqual([{ from: "one_data", to: "two_data", service: "db", target: "/data" }]);
});

test("a container that runs and can write to what is copied is a writer", () => {
  const { writers } = planCopy(
    source([
      container("db", [volume("one_data", "/data")]),
      container("reader", [volume("one_data", "/data", false)]),
      container("stopped", [volume("one_data", "/data")], { state: "exited" }),
      container("files", [bind("/home/data/one/files", "/files")]),
      container("web", [bind("/w/one", "/app"), volume("one_cache", "/cache")]),
    ]),
    [container("db", [volume("two_data", "/data")])],
  );
  expect(writers.map(({ service }) => service)).toEqual(["db", "files"]);
});

test("a folder of the workspace in which an image keeps its data is reported", () => {
  const { binds } = planCopy(
    source([
      container("db", [bind("/w/one/pg", "/var/lib/pg")], { dataPaths: ["/var/lib/pg"] }),
      container("web", [bind("/w/one", "/app")]),
      container("far", [bind("/srv/pg", "/var/lib/pg")], { dataPaths: ["/var/lib/pg"] }),
    ]),
    [],
  );
  expect(binds).toEqual([{ service: "db", folder: "/w/one/pg", target: "/var/lib/pg" }]);
});

test("without containers, the compose files tell where the volumes are", () => {
  const described = { service: "db", number: "1", mounts: [volume("one_data", "/data")] };
  const target = [container("db", [volume("two_data", "/data")])];
  expect(planCopy(source([], [described]), target).pairs.map(({ from }) => from)).toEqual(["one_data"]);
});
