/** `mono init --from`: a new environment begins with what another one holds, and leaves that as it was. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { statOf } from "./support/processes.ts";
import { openTerminal } from "./support/terminal.ts";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { docker, eventually, executableInShell, lines } from "./support/world.ts";

const world = worldForEachTest();

const compose = `services:
  db: { image: "\${BASE_IMAGE}", init: true, stop_signal: SIGTERM, command: "sh -c 'while :; do echo x >>/data/log; sleep 0.05; done'", volumes: ["data:/data", /anonymous] }
  web: { image: "\${BASE_IMAGE}", init: true, stop_signal: SIGTERM, command: sleep 100000, volumes: ["data:/read:ro", "shared:/shared", "new:/new"] }
volumes: { data: {}, new: {}, shared: { external: true, name: NAME } }
`;
const atSetup = 'echo "$MONO_INIT_FROM" >from; docker compose exec -T db cat /data/precious >at-setup';

const inService = (path: string, service: string, script: string) =>
  docker(world, ["exec", `mono-${basename(path)}-${service}-1`, "sh", "-c", script]);
const statusOf = async (path: string) => {
  const { environments } = JSON.parse((await world.ok(["list", "--json"])).stdout);
  return environments.find((one: { path: string }) => one.path === path)?.status;
};
const containersOf = async (path: string) =>
  lines(
    await docker(world, ["ps", "-aq", "--filter", `label=com.docker.compose.project=mono-${basename(path)}`]),
  );

async function withShared(act: (text: string) => Promise<void>): Promise<void> {
  const shared = world.unique("shared");
  await docker(world, ["volume", "create", shared]);
  try {
    await act(compose.replace("NAME", shared));
  } finally {
    await docker(world, ["volume", "rm", shared]);
  }
}

test("volumes and data folder come as they are, while the source keeps running; each side keeps its own from then on", async () => {
  await withShared(async (text) => {
    const files = { "compose.yml": text };
    const source = world.workspace("source", { "compose.yml": text.replace(', "new:/new"', "") });
    await world.ok(["init", source]);
    await inService(
      source,
      "db",
      `cd /data && mkdir d && echo precious >precious && chown 1234:99 precious && chmod 640 precious && ln precious d/hard &&
       ln -s ../precious d/soft && mkfifo fifo && echo odd >"d/ a\nb" && echo anonymous >/anonymous/file && chmod 751 . && chown 77:78 .`,
    );
    const data = join(world.home, "data", basename(source));
    writeFileSync(join(data, "kept"), "by the source\n");
    const before = await containersOf(source);

    const copy = world.workspace("copy", { ...files, "mono.yml": `scripts:\n  setup: ${atSetup}\n` });
    const { stderr } = await world.ok(["init", copy, "--from", basename(source)]);
    expect(stderr).toMatch(
      /✓ copied the data of source-\w+: 2 volumes, 7 files, [\d.]+ (?:bytes|kB); db paused for \d+\.\d s/,
    );
    const look = `cd /data && stat -c '%n %u:%g %a %h %F' . d d/* fifo precious; readlink d/soft; cat /anonymous/file precious`;
    expect(await inService(copy, "db", look)).toBe(await inService(source, "db", look));
    expect(await inService(copy, "web", "cat /read/precious; ls /new /shared")).toBe(
      "precious\n/new:\n\n/shared:\n",
    );
    expect(readFileSync(join(world.home, "data", basename(copy), "kept"), "utf8")).toBe("by the source\n");
    expect(readFileSync(join(copy, "from"), "utf8")).toBe(`${basename(source)}\n`);
    expect(readFileSync(join(copy, "at-setup"), "utf8")).toBe("precious\n");
    // What ran was paused, and has gone on; nothing else was touched.
    expect(await containersOf(source)).toEqual(before);
    expect(await statusOf(source)).toBe("running");
    await inService(copy, "db", "echo changed >/data/precious");
    expect(await inService(source, "db", "cat /data/precious")).toBe("precious\n");
    // The marks and the names are those of a new environment.
    await world.ok(["destroy", source]);
    expect(await inService(copy, "db", "cat /data/precious")).toBe("changed\n");
    await world.ok(["destroy", copy]);
  });
});

const one = {
  "compose.yml": `services:
  db: { image: "\${BASE_IMAGE}", init: true, stop_signal: SIGTERM, command: sleep 100000, volumes: ["data:/data"] }
volumes: { data: {} }
`,
  "mono.yml": "scripts:\n  run: 'true'\n",
};

/** Calls init, and stops it as soon as the source is paused. */
async function stopAtCopy(source: string, copy: string): Promise<Bun.Subprocess> {
  const child = world.start(["init", copy, "--from", source], {
    env: {
      MONO_TRACE_EFFECTS: join(world.folder, "trace"),
      MONO_STOP_AT_EFFECT: "after pause",
    },
  });
  await eventually("the pause", () => {
    if (child.exitCode !== null) throw new Error(`init has ended: ${child.exitCode}`);
    return /\) T /.test(statOf(child.pid));
  });
  expect(await statusOf(source)).toBe("paused");
  return child;
}

test("Ctrl-C in the middle undoes the copy and ends the pause; after a kill the next command for either does", async () => {
  const source = world.workspace("source", one);
  await world.ok(["init", source]);
  const copy = world.workspace("copy", one);
  const interrupted = await stopAtCopy(source, copy);
  interrupted.kill("SIGINT");
  interrupted.kill("SIGCONT");
  expect(await interrupted.exited).toBe(130);
  expect(await statusOf(source)).toBe("running");
  expect(await containersOf(copy)).toEqual([]);

  const killed = await stopAtCopy(source, copy);
  killed.kill("SIGKILL");
  await killed.exited;
  await world.ok(["run", source]);
  expect(await inService(source, "db", "echo works")).toBe("works\n");
  // The copy is another's command to take away.
  await world.ok(["destroy", copy]);
  expect(await statusOf(source)).toBe("running");

  const again = await stopAtCopy(source, copy);
  again.kill("SIGKILL");
  await again.exited;
  await world.ok(["destroy", copy]);
  expect(await statusOf(source)).toBe("running");
  await world.ok(["destroy", source]);
});

test("a source that is stopped is copied as it is, by an image without any tools as well, and without its containers", async () => {
  const bare = `FROM scratch\nCOPY --from=mono-test-base:latest /bin/busybox /sleep\nCMD ["/sleep", "100000"]\n`;
  const files = {
    "compose.yml": `services:\n  db: { build: ., volumes: ["data:/data"] }\nvolumes: { data: {} }\n`,
    Dockerfile: bare,
  };
  const source = world.workspace("source", files);
  await world.ok(["init", source]);
  writeFileSync(join(source, "precious"), "here\n");
  const at = (path: string) => `mono-${basename(path)}-db-1`;
  await docker(world, ["cp", join(source, "precious"), `${at(source)}:/data/precious`]);
  await docker(world, ["stop", "-t", "0", at(source)]);
  const copy = world.workspace("copy", files);
  const { stderr } = await world.ok(["init", copy, "--from", source]);
  expect(stderr).toContain("✓ copied the data of ");
  expect(stderr).not.toContain("paused");
  await docker(world, ["cp", `${at(copy)}:/data/precious`, join(copy, "got")]);
  expect(readFileSync(join(copy, "got"), "utf8")).toBe("here\n");
  await world.ok(["destroy", copy]);
  await docker(world, ["rm", "-f", at(source)]);
  const { exitCode, stderr: said } = await world.mono(["init", copy, "--from", source]);
  expect(exitCode).toBe(1);
  expect(said).toContain("db:/data cannot be copied: no image has a shell and cp");
  await world.ok(["destroy", source]);
});

test("a simple environment's data folder is copied; a source that is not there, not ready or nothing is refused before anything is made", async () => {
  const source = world.workspace("source", {});
  await world.ok(["init", source]);
  writeFileSync(join(world.home, "data", basename(source), "kept"), "here\n");
  const copy = world.workspace("copy", {});
  await world.ok(["init", copy, `--from=${source}`]);
  expect(readFileSync(join(world.home, "data", basename(copy), "kept"), "utf8")).toBe("here\n");
  await world.ok(["destroy", copy]);
  for (const [from, exitCode, words] of [
    ["nobody", 3, "no environment is called nobody"],
    [world.workspace("empty", {}), 3, "no environment for "],
    [copy, 3, "no environment for "],
    ["", 2, "--from does not take"],
  ] as const) {
    const result = await world.mono(["init", copy, "--from", from]);
    expect({ from, exitCode: result.exitCode }).toEqual({ from, exitCode });
    expect(result.stderr).toContain(words);
  }
  expect(existsSync(join(world.home, "data", basename(copy)))).toBe(false);
  await world.ok(["destroy", source]);
});

test("files of the workspace in which a database lives are not copied, and that is said", async () => {
  const files = {
    "compose.yml": `services:\n  db: { build: ., init: true, stop_signal: SIGTERM, volumes: ["./files:/var/lib/db"] }\n`,
    Dockerfile: "FROM mono-test-base:latest\nVOLUME /var/lib/db\nCMD sleep 100000\n",
  };
  const source = world.workspace("source", files);
  await world.ok(["init", source]);
  const copy = world.workspace("copy", files);
  const { stderr } = await world.ok(["init", copy, "--from", source]);
  expect(stderr).toContain(`keeps /var/lib/db in its workspace, ${source}/files: not copied`);
  await world.ok(["destroy", copy]);
  await world.ok(["destroy", source]);
});

/** A project in whose image `cp` does more afterwards: by its shell, since busybox asks no file of that name. */
const withCopier = (more: string) => ({
  "compose.yml": `services:
  db: { build: ., init: true, stop_signal: SIGTERM, volumes: ["data:/data"] }
volumes: { data: {} }
`,
  Dockerfile: `FROM mono-test-base:latest
COPY shell /bin/sh-that-copies
RUN ["/bin/busybox", "chmod", "755", "/bin/sh-that-copies"]
RUN ["/bin/busybox", "ln", "-sf", "/bin/sh-that-copies", "/bin/sh"]
CMD ["sleep", "100000"]
`,
  shell: `#!/bin/busybox sh
cp() {
  busybox cp "$@" || return
  case $1 in -a) ${more} ;; esac
}
script=$2
shift $(($# > 2 ? 3 : 2))
eval "$script"
`,
});

test("a copy that takes long shows how far it is; the pause ends with it", async () => {
  const files = withCopier("until [ -e /go ]; do sleep 0.1; done");
  const source = world.workspace("source", files);
  await world.ok(["init", source]);
  await inService(source, "db", "dd if=/dev/zero of=/data/precious bs=1M count=3");
  const copy = world.workspace("copy", files);
  const terminal = await openTerminal(world, `${executableInShell} init ${copy} --from ${source}`);
  try {
    const told = /copying the data of .* volume 1 of 1, 3\.\d MB of 3\.\d MB/;
    await eventually("how far it is", async () => told.test(await terminal.screen()));
    expect(await statusOf(source)).toBe("paused");
    await docker(world, ["exec", `mono-${basename(copy)}-mono-copy-1`, "touch", "/go"]);
    expect(await terminal.status()).toBe(0);
    expect(await terminal.screen()).toMatch(/1 volume, 1 file, 3\.\d MB; db paused for \d+\.\d s/);
  } finally {
    await terminal.close();
  }
  expect(await statusOf(source)).toBe("running");
  await world.ok(["destroy", copy]);
  await world.ok(["destroy", source]);
});

test("a copy that lacks something is no copy", async () => {
  const files = withCopier("rm /to/0/precious");
  const source = world.workspace("source", files);
  await world.ok(["init", source]);
  await inService(source, "db", "echo kept >/data/kept; echo precious >/data/precious");
  const copy = world.workspace("copy", files);
  const { exitCode, stderr } = await world.mono(["init", copy, "--from", source]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("there were 2 files with 14 bytes, 1 with 5 bytes have arrived");
  expect(stderr).toContain("✓ everything was undone");
  expect(await statusOf(source)).toBe("running");
  await world.ok(["destroy", source]);
});

test("where there is no room, nothing is copied; where the room runs out, all is undone; the source keeps running", async () => {
  const small = (options: string) => ({
    "compose.yml": one["compose.yml"].replace(
      "data: {}",
      `data: { driver_opts: { type: tmpfs, device: tmpfs, o: "${options}" } }`,
    ),
  });
  const source = world.workspace("source", one);
  await world.ok(["init", source]);
  await inService(source, "db", "cd /data && dd if=/dev/zero of=a bs=100k count=1 && touch b c d e f g h");
  for (const [options, words] of [
    ["size=64k", "there is no room for a copy of 1"],
    ["size=10m,nr_inodes=4", "No space left on device"],
  ] as const) {
    const copy = world.workspace("copy", small(options));
    const { exitCode, stderr } = await world.mono(["init", copy, "--from", source]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).toContain("✓ everything was undone");
    expect(await containersOf(copy)).toEqual([]);
    expect(await statusOf(source)).toBe("running");
  }
  await world.ok(["destroy", source]);
});
