/**
 * release [--into folder] [--tag tag] [platform...]: builds what is published. Without platforms: for all of them.
 *
 *   <folder>/release/   mono-<version>-<platform>.tar.gz, install.sh, SHA256SUMS of these, mono.rb for Homebrew
 *                       an archive: the executable, its manual page, its completion for each shell, LICENSE, README.md
 *   <folder>/npm/       the npm packages
 *
 * The folder is dist/; release/ and npm/ in it are replaced. The same sources give the same bytes. A tag must be
 * that of the version in package.json; every file must be committed then.
 */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { scripts } from "../../src/cli/completion/scripts.ts";
import { type Entry, tarGz } from "./archive.ts";
import { call } from "./call.ts";
import { type Archive, formula } from "./homebrew.ts";
import { hasFittingSignature, signAdHoc } from "./mach-o.ts";
import { mainPackage, platformPackage } from "./npm-packages.ts";
import { type Platform, platforms } from "./platforms.ts";
import { repository, version } from "./project.ts";
import { ensureRuntime } from "./runtime.ts";

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { into: { type: "string", default: join(repository, "dist") }, tag: { type: "string" } },
    allowPositionals: true,
  });
  const chosen = choose(positionals);
  if (values.tag !== undefined) await checkTag(values.tag);
  const folder = resolve(values.into);
  mkdirSync(folder, { recursive: true });
  const made = mkdtempSync(join(folder, ".release-"));
  try {
    await release(made, chosen);
    for (const name of ["release", "npm"]) {
      rmSync(join(folder, name), { recursive: true, force: true });
      renameSync(join(made, name), join(folder, name));
    }
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

async function release(folder: string, chosen: readonly Platform[]): Promise<void> {
  const [releases, packages] = [join(folder, "release"), join(folder, "npm")];
  for (const name of [releases, packages]) mkdirSync(name);
  const texts = [...fromRepository(["LICENSE", "README.md"]), await manualPage(folder)];
  const archives: Archive[] = [];
  for (const platform of chosen) {
    const executable = await build(platform, folder);
    const name = `mono-${version}-${platform.name}`;
    const content = tarGz([
      { path: `${name}/`, content: Buffer.of(), mode: 0o755 },
      { path: `${name}/mono`, content: executable, mode: 0o755 },
      ...[...texts, ...completions()].map((entry) => ({ ...entry, path: `${name}/${entry.path}` })),
    ]);
    const file = `${name}.tar.gz`;
    writeFileSync(join(releases, file), content);
    archives.push({ platform, file, sha256: sha256(content) });
    const packed = platformPackage(platform, executable);
    writeFileSync(join(packages, packed.file), packed.content);
    console.log(`${file}  ${megabytes(content)}, unpacked ${megabytes(executable)}`);
  }
  const mainPacked = mainPackage(texts);
  writeFileSync(join(packages, mainPacked.file), mainPacked.content);
  const installer = readFileSync(join(repository, "install.sh"));
  writeFileSync(join(releases, "install.sh"), installer, { mode: 0o755 });
  const sums = [...archives, { file: "install.sh", sha256: sha256(installer) }];
  writeFileSync(join(releases, "SHA256SUMS"), sums.map((sum) => `${sum.sha256}  ${sum.file}\n`).join(""));
  writeFileSync(join(releases, "mono.rb"), formula(archives));
}

/** Builds the executable; one for macOS gets a signature that fits, if it has none. */
async function build(platform: Platform, folder: string): Promise<Buffer> {
  const runtime = await ensureRuntime(platform);
  // The name of the file is part of the executable.
  const file = join(folder, "mono");
  await call(
    ["scripts/build", file, `--target=bun-${platform.name}`, `--compile-executable-path=${runtime}`],
    repository,
  );
  const built = readFileSync(file);
  rmSync(file);
  if (platform.os !== "darwin" || hasFittingSignature(built)) return built;
  const signed = signAdHoc(built, "mono");
  if (!hasFittingSignature(signed))
    throw new Error(`the signature of mono for ${platform.name} does not fit`);
  return signed;
}

function choose(names: readonly string[]): readonly Platform[] {
  const unknown = names.filter((name) => !platforms.some((platform) => platform.name === name));
  if (unknown.length > 0)
    throw new Error(
      `no such platform: ${unknown.join(", ")}; there are ${platforms.map(({ name }) => name).join(", ")}`,
    );
  return names.length === 0 ? platforms : platforms.filter(({ name }) => names.includes(name));
}

async function checkTag(tag: string): Promise<void> {
  if (tag !== `v${version}`) throw new Error(`the tag is ${tag}, but package.json says ${version}`);
  const changed = await call(["git", "status", "--porcelain"], repository);
  if (changed !== "") throw new Error(`not everything is committed:\n${changed}`);
}

function fromRepository(names: readonly string[]): readonly Entry[] {
  return names.map((name) => ({ path: name, content: readFileSync(join(repository, name)), mode: 0o644 }));
}

async function manualPage(folder: string): Promise<Entry> {
  const file = join(folder, "mono.1");
  await call(["node_modules/.bin/bun", "scripts/man-page/write.ts", file], repository);
  const content = readFileSync(file);
  rmSync(file);
  return { path: "mono.1", content, mode: 0o644 };
}

/** What `mono completion <shell>` prints, under the names by which the formula and shells know them. */
function completions(): readonly Entry[] {
  const texts = { "mono.bash": scripts.bash, _mono: scripts.zsh, "mono.fish": scripts.fish };
  return [
    { path: "completions/", content: Buffer.of(), mode: 0o755 },
    ...Object.entries(texts).map(([name, text]) => ({
      path: `completions/${name}`,
      content: Buffer.from(text),
      mode: 0o644,
    })),
  ];
}

const sha256 = (content: Uint8Array) => new Bun.CryptoHasher("sha256").update(content).digest("hex");

const megabytes = (content: Uint8Array) => `${(content.length / 1e6).toFixed(1)} MB`;

try {
  await main();
} catch (error) {
  console.error(`release: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
