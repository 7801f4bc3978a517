/** The platforms that a release is built for. */

export interface Platform {
  /** As it appears in file names and in `bun build --target=bun-…`. */
  readonly name: string;
  /** The npm package with the runtime, in the scope of Bun's authors. */
  readonly runtime: string;
  /** As npm spells them in package.json; `libc` on Linux only. */
  readonly os: "darwin" | "linux";
  readonly cpu: "arm64" | "x64";
  readonly libc?: "glibc" | "musl";
}

/** Bun's x64 runtimes run on every CPU made since 2008: there is no longer a separate build for those without AVX2. */
export const platforms: readonly Platform[] = [
  { name: "darwin-arm64", runtime: "@oven/bun-darwin-aarch64", os: "darwin", cpu: "arm64" },
  { name: "darwin-x64", runtime: "@oven/bun-darwin-x64", os: "darwin", cpu: "x64" },
  { name: "linux-x64", runtime: "@oven/bun-linux-x64", os: "linux", cpu: "x64", libc: "glibc" },
  { name: "linux-arm64", runtime: "@oven/bun-linux-aarch64", os: "linux", cpu: "arm64", libc: "glibc" },
  { name: "linux-x64-musl", runtime: "@oven/bun-linux-x64-musl", os: "linux", cpu: "x64", libc: "musl" },
];
