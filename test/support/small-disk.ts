/** A disk of a few kilobytes that only some processes see: a tmpfs in a mount namespace of its own. */
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { World } from "./world.ts";

export interface SmallDisk {
  /** The mount point, as this process can reach it. */
  readonly folder: string;
  /** Calls a program that sees the disk. */
  readonly call: World["call"];
  /** Fills the disk to the last byte. */
  readonly fill: () => void;
  /** Makes room again. */
  readonly free: () => void;
  readonly unmount: () => Promise<void>;
}

const isRoot = process.getuid?.() === 0;

/** Why there is no small disk on this machine; undefined where there is. For a test's name, when it is skipped. */
export function whyNoSmallDisk(): string | undefined {
  const argv = [
    "unshare",
    isRoot ? "-m" : "-rm",
    "sh",
    "-c",
    "mount -t tmpfs none /tmp && command -v nsenter",
  ];
  try {
    const { exitCode, stderr } = Bun.spawnSync(argv, { stdout: "ignore", stderr: "pipe" });
    return exitCode === 0 ? undefined : stderr.toString().trim();
  } catch (error) {
    return String(error);
  }
}

/** Mounts it on a folder, which is made. */
export async function mountSmallDisk(world: World, folder: string, kilobytes: number): Promise<SmallDisk> {
  mkdirSync(folder, { recursive: true });
  // It holds the namespace until its standard input ends.
  const script = 'mount -t tmpfs -o "size=$2k,mode=700" none "$1" && echo mounted && cat';
  const holder = Bun.spawn(
    ["unshare", isRoot ? "-m" : "-rm", "sh", "-c", script, "sh", folder, String(kilobytes)],
    { stdin: "pipe", stdout: "pipe", stderr: "inherit" },
  );
  const { value } = await holder.stdout.getReader().read();
  if (value === undefined) throw new Error("the small disk cannot be mounted");
  const enter = [
    "nsenter",
    "-t",
    String(holder.pid),
    "-m",
    ...(isRoot ? [] : ["-U", "--preserve-credentials"]),
  ];
  const inside = `/proc/${holder.pid}/root${folder}`;
  const filling = join(inside, "filling");
  return {
    folder: inside,
    call: (argv, options) => world.call([...enter, ...argv], options),
    fill: () => fillDisk(filling),
    free: () => rmSync(filling, { force: true }),
    async unmount() {
      await holder.stdin.end();
      await holder.exited;
    },
  };
}

function fillDisk(file: string): void {
  const descriptor = openSync(file, "a");
  try {
    for (let size = 65_536; size > 0;) {
      try {
        writeSync(descriptor, Buffer.alloc(size));
      } catch {
        size = Math.floor(size / 2);
      }
    }
  } finally {
    closeSync(descriptor);
  }
}
