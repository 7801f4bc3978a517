/** Where the pages point to. */
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { repository } from "../support/world.ts";
import { type Page, proseOf } from "./pages.ts";

/** Links between the pages, to headings and to files, that lead nowhere. */
export function brokenLinks(pages: readonly Page[]): readonly string[] {
  const headings = new Map(pages.map(({ file, text }) => [file, anchorsOf(text)]));
  return pages.flatMap(({ file, text }) => {
    const prose = proseOf(text);
    const targets = [...prose.matchAll(/\]\(([^)\s]+)\)|<img[^>]*src="([^"]+)"/g)].map(
      ([, link, image]) => link ?? image ?? "",
    );
    const isBroken = (target: string) => {
      if (/^https?:|^mailto:/.test(target)) return false;
      const [path = "", anchor] = target.split("#");
      const place = path === "" ? file : normalize(join(dirname(file), path));
      if (!existsSync(join(repository, place))) return true;
      return anchor !== undefined && headings.get(place)?.has(anchor) !== true;
    };
    return targets.filter(isBroken).map((target) => `${file}: ${target}`);
  });
}

/** Files of the repository that the prose names in code type, and that are not there. */
export function missingFiles(pages: readonly Page[]): readonly string[] {
  return pages.flatMap(({ file, text }) =>
    [...proseOf(text).matchAll(/`((?:src|test|docs|scripts|examples|bench)\/[\w./-]+)`/g)]
      .map(([, path = ""]) => path)
      .filter((path) => !existsSync(join(repository, path)))
      .map((path) => `${file}: ${path}`),
  );
}

/** The names under which headings are reached, made as GitHub makes them. */
function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const titles = [...proseOf(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, title = ""]) => title);
  const anchors = titles.map((title) => {
    const plain = title.toLowerCase().replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const anchor = plain.replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
  return new Set(anchors);
}
