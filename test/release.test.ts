/**
 * scripts/release for this machine's platform, which needs no network, and its npm packages, installed by npm from a
 * registry on loopback. The macOS signature is tested on an executable as small as can be.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formula } from "../scripts/packaging/homebrew.ts";
import { hasFittingSignature, signAdHoc } from "../scripts/packaging/mach-o.ts";
import { platforms } from "../scripts/packaging/platforms.ts";
import { npmName, version } from "../scripts/packaging/project.ts";
import { hostPlatform } from "../scripts/packaging/runtime.ts";
import { startHttpServer } from "./support/http-server.ts";
import { namesIn, repository } from "./support/world.ts";

const host = hostPlatform()?.name ?? "";
const folder = mkdtempSync(join(tmpdir(), "mono-release-"));
/** A copy of what is released, in a git repository of its own with one commit. */
const sources = join(folder, "sources");

beforeAll(async () => {
  mkdirSync(sources);
  for (const name of [
    "src",
    "scripts",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "install.sh",
    "LICENSE",
    "README.md",
  ])
    cpSync(join(repository, name), join(sources, name), { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(sources, "node_modules"));
  writeFileSync(join(sources, ".gitignore"), "node_modules\ndist\n");
  await ok(["git", "init", "--quiet"]);
  await ok(["git", "add", "."]);
  await ok(["git", "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "--quiet", "-m", "all"]);
  await ok(["scripts/release", host]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Called {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function call(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Called> {
  const child = Bun.spawn([...argv], {
    cwd: sources,
    env: { ...process.env, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, stdout, stderr };
}

async function ok(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<string> {
  const { exitCode, stdout, stderr } = await call(argv, env);
  if (exitCode !== 0) throw new Error(`${argv.join(" ")}: exit ${exitCode}\n${stdout}${stderr}`);
  return stdout.trim();
}

const file = (...names: string[]) => join(sources, "dist", ...names);
const sums = () => readFileSync(file("release/SHA256SUMS"), "utf8");

describe("a release", () => {
  test("holds an archive, the installer, their checksums and a formula", async () => {
    const archive = `mono-${version}-${host}.tar.gz`;
    expect(namesIn(file("release"))).toEqual(["SHA256SUMS", "install.sh", archive, "mono.rb"].toSorted());
    expect(namesIn(file("npm"))).toEqual(
      [`${npmName}-${version}.tgz`, `${npmName}-${host}-${version}.tgz`].toSorted(),
    );
    expect(sums().replaceAll(/^[0-9a-f]{64}/gm, "…")).toBe(`…  ${archive}\n…  install.sh\n`);
    for (const line of sums().trim().split("\n")) {
      const [sum, name = ""] = line.split("  ");
      expect(new Bun.CryptoHasher("sha256").update(readFileSync(file("release", name))).digest("hex")).toBe(
        sum ?? "",
      );
    }
  });

  test("unpacks with tar to an executable that says its commit, its manual page and its completions", async () => {
    await ok(["tar", "-xzf", file(`release/mono-${version}-${host}.tar.gz`), "-C", folder]);
    const unpacked = join(folder, `mono-${version}-${host}`);
    expect(namesIn(unpacked)).toEqual(["LICENSE", "README.md", "completions", "mono", "mono.1"]);
    const commit = await ok(["git", "rev-parse", "--short=7", "HEAD"]);
    expect(await ok([join(unpacked, "mono"), "--version"])).toBe(`${version} (${commit})`);
    expect(readFileSync(join(unpacked, "mono.1"), "utf8")).toStartWith(".TH MONO 1 ");
    for (const [shell, name] of Object.entries({ bash: "mono.bash", zsh: "_mono", fish: "mono.fish" })) {
      const text = readFileSync(join(unpacked, "completions", name), "utf8");
      expect(text.trim()).toBe(await ok([join(unpacked, "mono"), "completion", shell]));
    }
  });

  test("has the same bytes when it is made again, elsewhere", async () => {
    const before = sums();
    await ok(["scripts/release", "--into", join(folder, "again"), host]);
    expect(readFileSync(join(folder, "again/release/SHA256SUMS"), "utf8")).toBe(before);
    const name = `npm/${npmName}-${host}-${version}.tgz`;
    expect(readFileSync(join(folder, "again", name)).equals(readFileSync(file(name)))).toBe(true);
  });

  test("is refused for another tag, changed files, or a platform that there is not", async () => {
    const refused = async (...args: string[]) => {
      const { exitCode, stderr } = await call([
        "scripts/release",
        "--into",
        join(folder, "refused"),
        ...args,
      ]);
      expect(exitCode).toBe(1);
      return stderr;
    };
    expect(await refused("--tag", "v9.9.9", host)).toContain(
      `the tag is v9.9.9, but package.json says ${version}`,
    );
    expect(await refused("plan9-x64")).toContain("no such platform: plan9-x64; there are darwin-arm64, ");
    writeFileSync(join(sources, "README.md"), "changed\n");
    expect(await refused("--tag", `v${version}`, host)).toContain(
      "not everything is committed:\n M README.md",
    );
    await ok(["git", "checkout", "--quiet", "README.md"]);
    expect(namesIn(join(folder, "refused"))).toEqual([]);
  });
});

describe("--version of a build", () => {
  test("says that files were changed; and without git, the version alone", async () => {
    const built = join(folder, "built");
    writeFileSync(join(sources, "LICENSE"), "changed\n");
    await ok(["scripts/build", built]);
    expect(await ok([built, "--version"])).toMatch(/^[0-9.]+ \([0-9a-f]{7,}, modified\)$/);
    await ok(["git", "checkout", "--quiet", "LICENSE"]);
    // The sources inside of another repository are not that repository's.
    await ok(["mv", ".git", folder]);
    await ok(["scripts/build", built]);
    await ok(["mv", join(folder, ".git"), "."]);
    expect(await ok([built, "--version"])).toBe(version);
  });
});

describe("the npm packages", () => {
  /** What `npm install` asks a registry for: what there is of a package, and its archive. */
  async function startRegistry() {
    return await startHttpServer(({ url = "", headers }, response) => {
      const archive = namesIn(file("npm")).find((name) => url === `/${name}`);
      if (archive !== undefined) return void response.end(readFileSync(file("npm", archive)));
      const name = url.slice(1);
      const packed = file("npm", `${name}-${version}.tgz`);
      const answer = namesIn(file("npm")).includes(`${name}-${version}.tgz`)
        ? { manifest: manifestOf(packed), integrity: integrityOf(packed) }
        : platforms.some((platform) => name === `${npmName}-${platform.name}`)
          ? // Another platform: its archive must never be asked for.
            { manifest: { name, version, ...otherPlatform }, integrity: "sha512-none" }
          : undefined;
      if (answer === undefined) return void response.writeHead(404).end();
      const dist = { tarball: `http://${headers.host}/${name}-${version}.tgz`, integrity: answer.integrity };
      response.end(
        JSON.stringify({
          name,
          "dist-tags": { latest: version },
          versions: { [version]: { ...answer.manifest, dist } },
        }),
      );
    });
  }

  const otherPlatform = { os: ["plan9"], cpu: ["arm64"] };

  function manifestOf(packed: string): Record<string, unknown> {
    const tar = Buffer.from(Bun.gunzipSync(readFileSync(packed)));
    const size = Number.parseInt(tar.toString("latin1", 124, 135), 8);
    expect(tar.toString("latin1", 0, 20)).toBe("package/package.json");
    return JSON.parse(tar.toString("utf8", 512, 512 + size));
  }

  const integrityOf = (packed: string) =>
    `sha512-${new Bun.CryptoHasher("sha512").update(readFileSync(packed)).digest("base64")}`;

  test("npm install --global takes the one that fits, and runs no script", async () => {
    const registry = await startRegistry();
    const prefix = join(folder, "prefix");
    const install = [
      "npm",
      "install",
      "--global",
      "--prefix",
      prefix,
      "--registry",
      registry.url,
      "--no-audit",
      "--no-fund",
    ];
    const env = {
      npm_config_cache: join(folder, "npm-cache"),
      npm_config_userconfig: "/dev/null",
      HOME: folder,
    };
    await ok([...install, "--ignore-scripts", npmName], env);
    registry.close();
    expect(namesIn(join(prefix, "bin"))).toEqual(["mono"]);
    expect(readFileSync(join(prefix, "share/man/man1/mono.1"), "utf8")).toStartWith(".TH MONO 1 ");
    const found = await ok(["find", prefix, "-path", `*/${npmName}-*`, "-name", "mono"]);
    expect(found).toEndWith(`/${npmName}-${host}/mono`);
    const said = await ok([join(prefix, "bin/mono"), "--version"]);
    expect(said).toBe(await ok([found, "--version"]));
    // From another folder, and by a link to the link.
    symlinkSync(join(prefix, "bin/mono"), join(folder, "linked"));
    expect(await ok(["sh", "-c", `cd / && PATH="${folder}:$PATH" linked --version`])).toBe(said);
    const wrong = await call([join(prefix, "bin/mono"), "no-such-command"], {
      MONO_HOME: join(folder, "home"),
    });
    expect(wrong.exitCode).toBe(2);
    await ok(["npm", "uninstall", "--global", "--prefix", prefix, npmName], env);
    expect(namesIn(join(prefix, "bin"))).toEqual([]);
    expect(namesIn(join(prefix, "share/man/man1"))).toEqual([]);
  });

  test("without the package of the platform, the launcher says what to do", async () => {
    await ok(["tar", "-xzf", file(`npm/${npmName}-${version}.tgz`), "-C", folder]);
    const { exitCode, stderr } = await call([join(folder, "package/bin/mono"), "list"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("✗ the executable of mono is not installed");
    expect(stderr).toContain("--omit=optional");
  });

  test("every platform has its package among the optional dependencies, and none needs a script", () => {
    const manifest = manifestOf(file(`npm/${npmName}-${version}.tgz`));
    expect(manifest["optionalDependencies"]).toEqual(
      Object.fromEntries(platforms.map(({ name }) => [`${npmName}-${name}`, version])),
    );
    expect(manifest).not.toHaveProperty("scripts");
  });
});

const formulaText = formula(
  platforms.map((platform) => ({ platform, file: `mono-${platform.name}.tar.gz`, sha256: platform.name })),
);

test("the formula installs every file of the archive, but the texts that Homebrew finds by itself", async () => {
  const listed = await ok(["tar", "-tzf", file(`release/mono-${version}-${host}.tar.gz`)]);
  const files = listed.split("\n").filter((name) => !name.endsWith("/"));
  const installed = [...formulaText.matchAll(/\.install "([^"]+)"/g)].map(([, name = ""]) => name);
  const names = files.map((name) => name.slice(name.indexOf("/") + 1));
  expect(installed.toSorted()).toEqual(
    names.filter((name) => !["LICENSE", "README.md"].includes(name)).toSorted(),
  );
});

test("the formula has an archive for each system and CPU that Homebrew has", () => {
  const chosen = [...formulaText.matchAll(/on_(macos|linux|arm|intel) do|sha256 "([^"]*)"/g)].map(
    ([, block, sum]) => block ?? sum,
  );
  expect(chosen).toEqual([
    "macos",
    "arm",
    "darwin-arm64",
    "intel",
    "darwin-x64",
    "linux",
    "intel",
    "linux-x64",
    "arm",
    "linux-arm64",
  ]);
  // Every block that is opened is closed.
  const opened = formulaText.match(/^ *(class|def|test|on_\w+)\b/gm);
  expect(opened?.length).toBe(formulaText.match(/^ *end$/gm)?.length);
});

describe("the signature of a macOS executable", () => {
  /** Three load commands: the code, the last segment, and a signature at the end that fits nothing. */
  function executable(pages: number): Buffer {
    const limit = pages * 4096 + 48;
    const content = Buffer.alloc(limit + 64, 7);
    content.fill(0, 0, 32 + 72 + 72 + 16);
    for (const [index, word] of [0xfeedfacf, 0x01000007, 3, 2, 3, 160, 0, 0].entries())
      content.writeUInt32LE(word, index * 4);
    const segment = (at: number, name: string, offset: number, size: number) => {
      content.writeUInt32LE(0x19, at);
      content.writeUInt32LE(72, at + 4);
      content.write(name, at + 8);
      content.writeBigUInt64LE(BigInt(offset), at + 40);
      content.writeBigUInt64LE(BigInt(size), at + 48);
    };
    segment(32, "__TEXT", 0, 4096);
    segment(104, "__LINKEDIT", 4096, content.length - 4096);
    for (const [index, word] of [0x1d, 16, limit, 64].entries()) content.writeUInt32LE(word, 176 + index * 4);
    return content;
  }

  test.each([[1], [2], [40]])("of %d pages and a part is made to fit", (pages) => {
    const unsigned = executable(pages);
    expect(hasFittingSignature(unsigned)).toBe(false);
    const signed = signAdHoc(unsigned, "mono");
    expect(hasFittingSignature(signed)).toBe(true);
    // The code is untouched, and the last segment ends where the file ends.
    expect(signed.subarray(192, 4096 * pages).equals(unsigned.subarray(192, 4096 * pages))).toBe(true);
    expect(signed.readBigUInt64LE(104 + 40) + signed.readBigUInt64LE(104 + 48)).toBe(BigInt(signed.length));
    expect(signed.readUInt32LE(176 + 8) + signed.readUInt32LE(176 + 12)).toBe(signed.length);
    // It is the same when it is made again.
    expect(signAdHoc(signed, "mono").equals(signed)).toBe(true);
  });

  test.each([
    [0, 3000],
    [1, 5000],
    [2, 4096 * 2 + 40],
  ])("does not fit any more when page %d has changed", (_page, place) => {
    const signed = signAdHoc(executable(2), "mono");
    signed.writeUInt8(signed.readUInt8(place) ^ 1, place);
    expect(hasFittingSignature(signed)).toBe(false);
  });
});
