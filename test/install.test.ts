/** install.sh against a server on loopback, in each shell that it has to run in. Nothing of it needs the network. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { tarGz } from "../scripts/packaging/archive.ts";
import { homepage, version } from "../scripts/packaging/project.ts";
import { hostPlatform } from "../scripts/packaging/runtime.ts";
import { type HttpServer, startHttpServer } from "./support/http-server.ts";
import { unprivileged } from "./support/unprivileged.ts";
import {
  createWorld,
  eventually,
  executable,
  namesIn,
  repository,
  type Result,
  type World,
} from "./support/world.ts";

/** Its folders and its environment; nothing here calls Docker or tmux. */
let world: World;
const script = join(repository, "install.sh");
const shells = [["dash"], ["busybox", "sh"], ["bash"], ["zsh"]].filter(([shell = ""]) => Bun.which(shell));
const host = hostPlatform()?.name ?? "";

/** What the server has, by name. */
let files: Map<string, Uint8Array>;
/** How many bytes of a longer file it sends before it ends the connection. */
let cutAfter: number | undefined;
let server: HttpServer;
/** The archive of the built executable, which takes some seconds to make. */
let real: Uint8Array;

beforeAll(async () => {
  real = archive(host, readFileSync(executable));
  server = await startHttpServer((request, response) => {
    const content = files.get((request.url ?? "").slice(1));
    if (content === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { "content-length": content.length });
    if (cutAfter === undefined || content.length < cutAfter) return void response.end(content);
    response.write(content.subarray(0, cutAfter), () => response.destroy());
  });
});

afterAll(() => server.close());

beforeEach(() => {
  world = createWorld();
  files = new Map();
  cutAfter = undefined;
  release(host, real);
});

afterEach(() => rmSync(world.folder, { recursive: true, force: true }));

function archive(platform: string, mono: Uint8Array): Uint8Array {
  return tarGz([{ path: `mono-${version}-${platform}/mono`, content: mono, mode: 0o755 }]);
}

/** Puts an archive on the server, and the checksums of all. */
function release(platform: string, content: Uint8Array): string {
  const name = `mono-${version}-${platform}.tar.gz`;
  files.delete("SHA256SUMS");
  files.set(name, content);
  const sums = [...files].map(([file, bytes]) => `${sha256(bytes)}  ${file}\n`);
  files.set("SHA256SUMS", Buffer.from(sums.join("")));
  return name;
}

const sha256 = (content: Uint8Array) => new Bun.CryptoHasher("sha256").update(content).digest("hex");

/** A program that says a version, in the place of a mono for another platform. */
const spoken = (text: string) => Buffer.from(`#!/bin/sh\necho '${text}'\n`);

/** A folder with these programs alone: links to the machine's, or scripts. */
function programs(links: readonly string[], scripts: Readonly<Record<string, string>> = {}): string {
  const folder = join(world.folder, "programs");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const name of links) symlinkSync(Bun.which(name) ?? "/nowhere", join(folder, name));
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

/** What `uname` says on a Mac. */
const mac = "case $1 in -s) echo Darwin;; -m) echo arm64;; esac";

interface InstallOptions {
  readonly shell?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

async function install({ shell = ["sh"], env = {} }: InstallOptions = {}): Promise<Result> {
  const command = [Bun.which(shell[0] ?? "") ?? "sh", ...shell.slice(1), script];
  return await world.call(command, { env: { MONO_DOWNLOAD_URL: server.url, ...env } });
}

const folder = () => join(world.env["HOME"] ?? "", ".local/bin");
const installed = () => join(folder(), "mono");
const versionOf = async (file: string) => (await world.call([file, "--version"])).stdout.trim();

/** It failed, said this, and left the home folder as empty as it was. */
function expectNothing({ exitCode, stdout, stderr }: Result, message: string): void {
  expect(stderr).toContain(`✗ cannot install mono: ${message}`);
  expect(stderr).toContain("↳ ");
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(namesIn(world.env["HOME"] ?? "")).toEqual([]);
}

describe("what it does", () => {
  test.each(shells.map((shell) => ({ shell })))(
    "installs this platform's mono: $shell",
    async ({ shell }) => {
      const result = await install({ shell });
      expect(result.stderr).toBe("");
      expect(result.exitCode).toBe(0);
      const said = await versionOf(executable);
      expect(result.stdout).toContain(`✓ mono ${said} is installed in ${folder()}`);
      expect(result.stdout).toContain(`${folder()} is not in PATH`);
      expect(await versionOf(installed())).toBe(said);
      expect(namesIn(folder())).toEqual(["mono"]);
    },
  );

  test("reads itself from a pipe, and does nothing when it arrives in part", async () => {
    release(host, archive(host, spoken("0.1.0")));
    const text = readFileSync(script, "utf8");
    const lines = text.split("\n");
    const env = { MONO_DOWNLOAD_URL: server.url };
    const pipe = async (part: string) => {
      writeFileSync(join(world.folder, "part"), part);
      return await world.call(["sh", "-c", "sh <part"], { env });
    };
    for (const end of [20, 60, 120, lines.length - 3]) {
      await pipe(lines.slice(0, end).join("\n"));
      expect(namesIn(world.env["HOME"] ?? "")).toEqual([]);
    }
    expect((await pipe(text)).exitCode).toBe(0);
    expect(namesIn(folder())).toEqual(["mono"]);
  });

  test("needs no program that busybox has not", async () => {
    const path = join(world.folder, "applets");
    mkdirSync(path);
    const busybox = Bun.which("busybox") ?? "";
    const applets = "sh uname wget tar gzip mktemp mkdir rmdir dirname mv rm chmod grep head cut sha256sum";
    for (const name of applets.split(" ")) symlinkSync(busybox, join(path, name));
    const result = await world.call([join(path, "sh"), script], {
      env: { MONO_DOWNLOAD_URL: server.url, PATH: path },
    });
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(namesIn(folder())).toEqual(["mono"]);
  });

  test.each([
    ["Darwin", "arm64", "darwin-arm64", ""],
    ["Darwin", "x86_64", "darwin-x64", ""],
    ["Darwin", "x86_64", "darwin-arm64", "echo 1"],
    ["Linux", "x86_64", "linux-x64", ""],
    ["Linux", "aarch64", "linux-arm64", ""],
  ])("on %s %s it takes %s", async (system, machine, platform, sysctl) => {
    release(platform, archive(platform, spoken(platform)));
    const path = programs([], {
      uname: `case $1 in -s) echo ${system};; -m) echo ${machine};; esac`,
      sysctl: sysctl || "exit 1",
    });
    const { exitCode, stdout } = await install({ env: { PATH: `${path}:${process.env["PATH"]}` } });
    expect({ exitCode, first: stdout.split("\n")[0] }).toEqual({
      exitCode: 0,
      first: `✓ mono ${platform} is installed in ${folder()}`,
    });
  });

  test("takes the one for musl where ldd says so", async () => {
    release("linux-x64-musl", archive("linux-x64-musl", spoken("musl")));
    const path = programs([], {
      uname: "case $1 in -s) echo Linux;; -m) echo x86_64;; esac",
      ldd: "echo 'musl libc (x86_64)' >&2; exit 1",
    });
    const { stdout } = await install({ env: { PATH: `${path}:${process.env["PATH"]}` } });
    expect(stdout).toContain("✓ mono musl is installed");
  });

  test.each([["shasum"], ["openssl"]])("checks with %s where there is no sha256sum", async (program) => {
    if (Bun.which(program) === null) return;
    const name = release(host, archive(host, spoken("checked")));
    const names = "uname curl tar gzip mktemp mkdir dirname mv rm chmod grep head cut ldd cat";
    const path = programs([...names.split(" "), program]);
    expect((await install({ env: { PATH: path } })).stdout).toContain("✓ mono checked is installed");
    rmSync(installed());
    files.set(name, archive(host, spoken("another")));
    expect((await install({ env: { PATH: path } })).stderr).toContain("is not what was released");
    expect(existsSync(installed())).toBe(false);
  });

  test("goes where it is told, and says nothing of a PATH that has it", async () => {
    release(host, archive(host, spoken("0.1.0")));
    const other = join(world.folder, "a folder");
    const env = { MONO_INSTALL_DIR: other, PATH: `${other}:${process.env["PATH"]}` };
    const { exitCode, stdout } = await install({ env });
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain("PATH");
    expect(namesIn(other)).toEqual(["mono"]);
  });

  test.each([
    ["Linux", "/bin/zsh", [], ">>~/.zshrc"],
    ["Linux", "/bin/bash", [".bash_profile"], ">>~/.bashrc"],
    ["Linux", "/usr/bin/fish", [], "fish_add_path"],
    ["Linux", "/bin/sh", [], ">>~/.profile"],
    ["Darwin", "/bin/zsh", [], ">>~/.zshrc"],
    ["Darwin", "/bin/bash", [], ">>~/.bash_profile"],
    ["Darwin", "/opt/homebrew/bin/bash", [".bash_profile", ".profile"], ">>~/.bash_profile"],
    // bash reads the first one that there is, and no other.
    ["Darwin", "/bin/bash", [".profile"], ">>~/.profile"],
    ["Darwin", "/opt/homebrew/bin/fish", [], "fish_add_path"],
  ])("on %s says how to add the folder to PATH in %s, with %j there", async (system, shell, there, line) => {
    release("darwin-arm64", archive("darwin-arm64", spoken("0.1.0")));
    release(host, archive(host, spoken("0.1.0")));
    const path = programs([], system === "Darwin" ? { uname: mac } : {});
    for (const name of there) writeFileSync(join(world.env["HOME"] ?? "", name), "");
    const env = { SHELL: shell, PATH: `${path}:${process.env["PATH"]}` };
    const { stdout } = await install({ env });
    expect(stdout).toContain(line);
  });

  test("the start-up file that it names is read by bash as a login shell", async () => {
    release("darwin-arm64", archive("darwin-arm64", spoken("0.1.0")));
    const path = programs([], { uname: mac });
    const env = { SHELL: "/bin/bash", PATH: `${path}:${process.env["PATH"]}` };
    const { stdout } = await install({ env });
    const [, command = ""] = /Add it: (.*)/.exec(stdout) ?? [];
    expect((await world.call(["bash", "-c", command])).exitCode).toBe(0);
    expect((await world.call(["bash", "-lc", "command -v mono"])).stdout).toBe(`${installed()}\n`);
  });

  test.each([
    [{}, "latest/download"],
    [{ MONO_VERSION: "0.1.0" }, "download/v0.1.0"],
    [{ MONO_VERSION: "v0.1.0" }, "download/v0.1.0"],
  ])("with %j it asks for a release of the repository, by https alone", async (env, place) => {
    const path = programs([], { curl: `echo "$@" >>"${world.folder}/asked"; exit 22` });
    const result = await install({
      env: { MONO_DOWNLOAD_URL: "", PATH: `${path}:${process.env["PATH"]}`, ...env },
    });
    const url = `${homepage}/releases/${place}/SHA256SUMS`;
    expectNothing(result, `${url} could not be fetched`);
    const asked = readFileSync(join(world.folder, "asked"), "utf8").trim();
    expect(asked).toEndWith(` ${url}`);
    expect(asked).toContain("--proto =https");
  });

  test("names another mono that comes first in PATH", async () => {
    release(host, archive(host, spoken("0.1.0")));
    const path = programs([], { mono: "echo other" });
    const { stdout } = await install({ env: { PATH: `${path}:${folder()}:${process.env["PATH"]}` } });
    expect(stdout).toContain(`another mono comes first in PATH: ${path}/mono`);
  });

  test("takes the place of an older mono that runs, which is not disturbed", async () => {
    mkdirSync(folder(), { recursive: true });
    writeFileSync(
      installed(),
      '#!/bin/sh\n[ "$1" = --version ] && echo 0.0.9 && exit\necho up >up; read -r line; echo "$line" >said\n',
    );
    chmodSync(installed(), 0o755);
    const older = Bun.spawn([installed(), "run"], { cwd: world.folder, stdin: "pipe" });
    await eventually("the older one", () => existsSync(join(world.folder, "up")));
    release(host, archive(host, spoken("0.1.0")));
    expect((await install()).stdout).toContain(`0.1.0 is installed in ${folder()}, in place of 0.0.9`);
    expect(await versionOf(installed())).toBe("0.1.0");
    void older.stdin.write("still here\n");
    await older.exited;
    expect(readFileSync(join(world.folder, "said"), "utf8")).toBe("still here\n");
  });
});

describe("what it refuses, leaving nothing", () => {
  test("an archive that was tampered with", async () => {
    const name = `mono-${version}-${host}.tar.gz`;
    files.set(name, archive(host, spoken("tampered")));
    expectNothing(await install(), `${name} is not what was released`);
  });

  test.each([["curl"], ["wget"]])("half an archive, by %s", async (name) => {
    if (Bun.which(name) === null) return;
    cutAfter = 1000;
    const names = "uname tar gzip mktemp mkdir rmdir dirname mv rm chmod grep head cut ldd cat sha256sum";
    const result = await install({ env: { PATH: programs([...names.split(" "), name]) } });
    expect(result.exitCode).toBe(1);
    expect(namesIn(world.env["HOME"] ?? "")).toEqual([]);
  });

  test("no network", async () => {
    const env = { MONO_DOWNLOAD_URL: "http://127.0.0.1:1/" };
    expectNothing(await install({ env }), "http://127.0.0.1:1/SHA256SUMS could not be fetched");
  });

  test("a release without this platform", async () => {
    files.set("SHA256SUMS", Buffer.from(`${"0".repeat(64)}  mono-${version}-plan9-x64.tar.gz\n`));
    expectNothing(await install(), `${server.url} has no archive for ${host}`);
  });

  test.each([
    ["FreeBSD", "x86_64"],
    ["MINGW64_NT-10.0", "x86_64"],
    ["Linux", "riscv64"],
    ["Linux", "i686"],
  ])("%s on %s", async (system, machine) => {
    const path = programs([], { uname: `case $1 in -s) echo ${system};; -m) echo ${machine};; esac` });
    const result = await install({ env: { PATH: `${path}:${process.env["PATH"]}` } });
    expectNothing(result, `there is no mono for ${system} on ${machine}`);
  });

  test("a mono that does not start here", async () => {
    const name = release(host, archive(host, Buffer.from("#!/bin/sh\necho 'no libstdc++' >&2\nexit 127\n")));
    expectNothing(await install(), `${name} does not run here: no libstdc++`);
  });

  test("a machine without a program for checksums", async () => {
    const path = programs("uname curl tar gzip mktemp mkdir dirname rm ldd cat".split(" "));
    expectNothing(await install({ env: { PATH: path } }), "nothing here can check a SHA-256 checksum");
  });

  test("a folder that cannot be made", async () => {
    writeFileSync(join(world.folder, "file"), "");
    const env = { MONO_INSTALL_DIR: join(world.folder, "file/bin") };
    expectNothing(await install({ env }), `the folder ${env.MONO_INSTALL_DIR} cannot be made`);
  });

  test("a folder that cannot be written to", async () => {
    copyFileSync(script, join(world.folder, "install.sh"));
    const { call } = unprivileged(world);
    const closed = join(world.folder, "closed");
    mkdirSync(closed, { mode: 0o555 });
    const env = { MONO_DOWNLOAD_URL: server.url, MONO_INSTALL_DIR: closed };
    expectNothing(await call(["sh", "install.sh"], { env }), `the folder ${closed} cannot be written to`);
    expect(namesIn(closed)).toEqual([]);
  });

  test("a folder in the place of mono, and the other program of that name", async () => {
    mkdirSync(installed(), { recursive: true });
    expect((await install()).stderr).toContain(`${installed()} is a folder`);
    rmSync(installed(), { recursive: true });
    writeFileSync(installed(), spoken("Mono JIT compiler version 6.12.0"), { mode: 0o755 });
    expect((await install()).stderr).toContain("is another program");
    expect(await versionOf(installed())).toContain("Mono JIT");
    expect(namesIn(folder())).toEqual(["mono"]);
  });

  test("and an older mono stays when anything of it fails", async () => {
    mkdirSync(folder(), { recursive: true });
    writeFileSync(installed(), spoken("0.0.9"), { mode: 0o755 });
    files.set(`mono-${version}-${host}.tar.gz`, Buffer.from("tampered"));
    expect((await install()).exitCode).toBe(1);
    expect(await versionOf(installed())).toBe("0.0.9");
    expect(namesIn(folder())).toEqual(["mono"]);
  });

  test("an interruption: nothing stays", async () => {
    const held = await startHttpServer(({ url }, response) => {
      if (url === "/SHA256SUMS") response.end(files.get("SHA256SUMS"));
      else response.writeHead(200, { "content-length": 1000 }).write("some");
    });
    const child = Bun.spawn(["sh", script], {
      env: { ...world.env, MONO_DOWNLOAD_URL: held.url },
      stdio: ["ignore", "ignore", "ignore"],
      detached: true,
    });
    await eventually(
      "the download",
      () => namesIn(folder()).length > 0 && deepNames().some((name) => name.endsWith(".gz")),
    );
    process.kill(-child.pid, "SIGINT");
    expect(await child.exited).toBe(130);
    held.close();
    expect(namesIn(world.env["HOME"] ?? "")).toEqual([]);
  });
});

const deepNames = () => namesIn(folder()).flatMap((name) => namesIn(join(folder(), name)));

test("the repository is the one of package.json", () => {
  expect(readFileSync(script, "utf8")).toContain(`\nrepository=${homepage}\n`);
});
