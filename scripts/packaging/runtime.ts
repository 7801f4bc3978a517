/**
 * Bun's runtime for a platform. For this machine it is the Bun that is running. The others are npm packages, which
 * the lock file pins with their checksums, though npm installs none of them here: they are fetched by the npm client,
 * checked against the lock file, and kept below node_modules/.cache.
 */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  closeSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import lock from "../../package-lock.json" with { type: "json" };
import { type Platform, platforms } from "./platforms.ts";
import { call } from "./call.ts";
import { repository } from "./project.ts";

const cache = join(repository, "node_modules/.cache/bun-runtimes");

/** This machine's platform; undefined when no release is built for it. */
export function hostPlatform(): Platform | undefined {
  const libc = process.platform === "linux" ? (asksForMusl(process.execPath) ? "musl" : "glibc") : undefined;
  return platforms.find(
    ({ os, cpu, libc: wanted }) => os === process.platform && cpu === process.arch && wanted === libc,
  );
}

/** The path of the runtime, which is fetched if it is not there. Throws when it cannot be had, or is not the pinned one. */
export async function ensureRuntime(platform: Platform): Promise<string> {
  const { version, integrity } = pinned(platform.runtime);
  if (platform.name === hostPlatform()?.name) return process.execPath;
  const folder = join(cache, `${platform.name}-${version}`);
  const runtime = join(folder, "package/bin/bun");
  if (existsSync(runtime)) return runtime;
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(join(cache, "fetching-"));
  try {
    const packed = await call(
      ["npm", "pack", "--silent", "--pack-destination", temporary, `${platform.runtime}@${version}`],
      repository,
    );
    const archive = join(temporary, packed.trim());
    const found = `sha512-${createHash("sha512")
      .update(await Bun.file(archive).bytes())
      .digest("base64")}`;
    if (found !== integrity)
      throw new Error(
        `${platform.runtime}@${version} is not what package-lock.json pins: ${found}, not ${integrity}`,
      );
    await call(["tar", "-xzf", archive, "-C", temporary, "package/bin/bun"], repository);
    rmSync(archive);
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return runtime;
}

function pinned(name: string): { version: string; integrity: string } {
  const packages: Readonly<Record<string, { version?: string; integrity?: string }>> = lock.packages;
  const { version, integrity } = packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined)
    throw new Error(`package-lock.json does not pin ${name}: is bun still a dependency?`);
  // The bytecode is for one version of the runtime: another one would not even report the mismatch.
  if (version !== Bun.version)
    throw new Error(`${name} is pinned at ${version}, but this script runs on Bun ${Bun.version}`);
  return { version, integrity };
}

/** Whether an ELF executable names musl's loader, in its first page. */
function asksForMusl(file: string): boolean {
  const page = Buffer.alloc(4096);
  const descriptor = openSync(file, "r");
  readSync(descriptor, page);
  closeSync(descriptor);
  return page.includes("/ld-musl-");
}
