import { expect, test } from "bun:test";
import { hostOfEngine, type ReachablePort, urlOf } from "./url.ts";

test.each<[Partial<ReachablePort>, string | undefined, string | undefined]>([
  [{}, undefined, "http://localhost:19100"],
  [{ hostIp: "0.0.0.0" }, undefined, "http://localhost:19100"],
  [{ hostIp: "127.0.0.1" }, undefined, "http://127.0.0.1:19100"],
  [{ hostIp: "::1" }, undefined, "http://[::1]:19100"],
  [{ hostIp: "127.0.0.1" }, "build.example", "http://build.example:19100"],
  [{ hostIp: "10.0.0.7" }, "build.example", "http://10.0.0.7:19100"],
  [{}, "build.example", "http://build.example:19100"],
  [{ appProtocol: "https" }, undefined, "https://localhost:19100"],
  [{ containerPort: 443 }, undefined, "https://localhost:19100"],
  [{ containerPort: 443, appProtocol: "http" }, undefined, "http://localhost:19100"],
  [{ containerPort: 5432 }, undefined, undefined],
  [{ containerPort: 5432, appProtocol: "http" }, undefined, "http://localhost:19100"],
  [{ appProtocol: "postgres" }, undefined, undefined],
  [{ protocol: "udp" }, undefined, undefined],
])("%j of %s is at %s", (port, host, url) => {
  const plain = { protocol: "tcp", containerPort: 80, hostPort: 19_100, hostIp: undefined };
  expect(urlOf({ ...plain, ...port }, host)).toBe(url);
});

test.each([
  [undefined, undefined],
  ["unix:///var/run/docker.sock", undefined],
  ["ssh://me@build.example:2200", "build.example"],
  ["tcp://10.0.0.7:2376", "10.0.0.7"],
  ["tcp://[fd00::7]:2376", "[fd00::7]"],
  ["tcp://127.0.0.1:2375", undefined],
  ["npipe:////./pipe/docker_engine", undefined],
])("the host of %s is %s", (address, host) => {
  expect(hostOfEngine(address)).toBe(host);
});
