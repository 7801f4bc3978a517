import { afterEach, beforeEach, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findDocker, isDockerItself } from "./docker-program.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mono-docker-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const docker = () => join(folder, "docker");
const program = Bun.which("sh") ?? "/bin/sh";

test("a program of that name, and a link to one, are Docker's own", () => {
  mkdirSync(join(folder, "cellar"));
  copyFileSync(program, join(folder, "cellar/docker"));
  symlinkSync("cellar/docker", docker());
  expect(isDockerItself(docker())).toBe(true);
  expect(isDockerItself(join(folder, "cellar/docker"))).toBe(true);
});

test("so is OrbStack's, a link to a program that has several tools", () => {
  mkdirSync(join(folder, "xbin"));
  copyFileSync(program, join(folder, "xbin/docker-tools"));
  symlinkSync("docker-tools", join(folder, "xbin/docker"));
  symlinkSync("xbin/docker", docker());
  expect(isDockerItself(docker())).toBe(true);
});

test("a script is not", () => {
  writeFileSync(docker(), '#!/bin/sh\nexec podman "$@"\n', { mode: 0o755 });
  expect(isDockerItself(docker())).toBe(false);
});

test("a link to a program of another name is not", () => {
  copyFileSync(program, join(folder, "podman"));
  symlinkSync("podman", docker());
  expect(isDockerItself(docker())).toBe(false);
});

test("it is looked for where the caller's shell looks", () => {
  expect(findDocker({ PATH: folder })).toBeUndefined();
  expect(findDocker({})).toBeUndefined();
  writeFileSync(docker(), "#!/bin/sh\n", { mode: 0o755 });
  expect(findDocker({ PATH: `/nowhere:${folder}` })).toBe(docker());
});
