/** The formula for a Homebrew tap, made of the checksums of the archives. */
import type { Platform } from "./platforms.ts";
import { description, homepage, license, version } from "./project.ts";

export interface Archive {
  readonly platform: Platform;
  readonly file: string;
  readonly sha256: string;
}

/** Homebrew has no musl: those archives are left out. */
export function formula(archives: readonly Archive[]): string {
  const usable = archives.filter(({ platform }) => platform.libc !== "musl");
  return `class Mono < Formula
  desc ${quoted(description)}
  homepage ${quoted(homepage)}
  version ${quoted(version)}
  license ${quoted(license)}

  depends_on "tmux"

${blockFor("macos", "darwin", usable)}${blockFor("linux", "linux", usable)}  def install
    bin.install "mono"
    man1.install "mono.1"
    bash_completion.install "completions/mono.bash" => "mono"
    zsh_completion.install "completions/_mono"
    fish_completion.install "completions/mono.fish"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/mono --version")
  end
end
`;
}

function blockFor(system: string, os: Platform["os"], archives: readonly Archive[]): string {
  const blocks = archives
    .filter(({ platform }) => platform.os === os)
    .map(({ platform: { cpu }, file, sha256 }) => {
      const family = cpu === "arm64" ? "arm" : "intel";
      const url = `${homepage}/releases/download/v${version}/${file}`;
      return `    on_${family} do
      url ${quoted(url)}
      sha256 ${quoted(sha256)}
    end
`;
    });
  return blocks.length === 0 ? "" : `  on_${system} do\n${blocks.join("")}  end\n\n`;
}

/** A string literal for Ruby, which reads JSON's escapes too; `#` is escaped so that nothing is interpolated. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("#", "\\#");
}
