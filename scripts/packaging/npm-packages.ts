/**
 * The npm packages: one for each platform with the executable alone, and one that has them as optional dependencies, of
 * which npm installs the one that fits. No script runs at installation.
 *
 * What npm links as `mono` is a shell script that becomes the executable: a launcher for Node would take longer to start
 * than mono. The executable itself cannot be linked, since npm links only what is inside of the package that is installed.
 */
import { type Entry, tarGz } from "./archive.ts";
import { type Platform, platforms } from "./platforms.ts";
import { description, homepage, license, npmName, version } from "./project.ts";

export interface Package {
  /** Of the archive, as npm calls it. */
  readonly file: string;
  readonly content: Uint8Array;
}

const common = {
  version,
  description,
  license,
  homepage,
  repository: { type: "git", url: `git+${homepage}.git` },
};

export function platformPackage({ name, os, cpu, libc }: Platform, executable: Uint8Array): Package {
  const manifest = {
    name: `${npmName}-${name}`,
    ...common,
    description: `mono for ${name}: a dependency of ${npmName}`,
    os: [os],
    cpu: [cpu],
    ...(libc !== undefined && { libc: [libc] }),
    // Plug'n'Play would leave the executable in its archive.
    preferUnplugged: true,
  };
  return pack(manifest, [{ path: "mono", content: executable, mode: 0o755 }]);
}

export function mainPackage(texts: readonly Entry[]): Package {
  const manifest = {
    name: npmName,
    ...common,
    os: [...new Set(platforms.map(({ os }) => os))],
    bin: { mono: "bin/mono" },
    man: ["./mono.1"],
    optionalDependencies: Object.fromEntries(platforms.map(({ name }) => [`${npmName}-${name}`, version])),
  };
  return pack(manifest, [{ path: "bin/mono", content: Buffer.from(launcher()), mode: 0o755 }, ...texts]);
}

/**
 * Looks for the executable where npm, pnpm and yarn put dependencies: inside of the package, or beside it. An npm that
 * does not know `libc` installs both packages for Linux on x64: then the one that the system has a loader for is taken.
 */
function launcher(): string {
  return `#!/bin/sh
self=$0
while [ -L "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=\${self%/*}/$target ;;
  esac
done
package=\${self%/*}/..
names='${platforms.map(({ name }) => name).join(" ")}'
[ -e /lib64/ld-linux-x86-64.so.2 ] || names="linux-x64-musl $names"
for name in $names; do
  for folder in "$package/node_modules" "$package/.."; do
    file=$folder/${npmName}-$name/mono
    if [ -x "$file" ]; then exec "$file" "$@"; fi
  done
done
echo "✗ the executable of mono is not installed: there is no package ${npmName}-<platform> beside ${npmName}" >&2
echo "↳ install ${npmName} again without --omit=optional; if that does not help, mono has no build for this platform" >&2
exit 1
`;
}

/** npm finds everything below package/, and names the archive after package and version. */
function pack(manifest: { readonly name: string }, entries: readonly Entry[]): Package {
  const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
  const all = [{ path: "package.json", content: Buffer.from(text), mode: 0o644 }, ...entries];
  return {
    file: `${manifest.name}-${version}.tgz`,
    content: tarGz(all.map((entry) => ({ ...entry, path: `package/${entry.path}` }))),
  };
}
