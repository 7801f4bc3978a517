import { expect, test } from "bun:test";
import { describeLocalPath, findLocalPaths } from "./local-paths.ts";
import type { ComposeModel } from "./model.ts";

const model: ComposeModel = {
  services: {
    web: {
      volumes: [
        { type: "bind", source: "/ws/src", target: "/src" },
        { type: "bind", source: "/var/run/docker.sock", target: "/var/run/docker.sock" },
        { type: "volume", source: "data", target: "/data" },
      ],
      configs: [{ source: "nginx" }, { source: "inline" }],
      secrets: [{ source: "token" }],
    },
    db: { volumes: [{ type: "volume", source: "data", target: "/data" }] },
  },
  volumes: { data: null, kept: { driver_opts: { type: "none", o: "bind", device: "/ws/kept" } } },
  configs: { nginx: { file: "/ws/nginx.conf" }, inline: { content: "x" }, unused: { file: "/ws/unused" } },
  secrets: { token: { file: "/ws/token" } },
};

test("what is mounted from this machine, of services and of volumes", () => {
  const found = findLocalPaths(model, (path) => path.startsWith("/ws/"));
  expect(found).toEqual([
    { subject: "volume kept", path: "/ws/kept" },
    { subject: "service web", path: "/ws/src" },
    { subject: "service web", path: "/ws/nginx.conf" },
    { subject: "service web", path: "/ws/token" },
  ]);
});

test("a sentence says where it is not, and what helps", () => {
  expect(describeLocalPath({ subject: "service web", path: "/ws/src" }, "far.example")).toBe(
    "service web mounts /ws/src, which is on this machine and not on far.example: develop.watch, a volume or the image brings it there",
  );
});
