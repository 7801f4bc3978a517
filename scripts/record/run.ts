/**
 * Records docs/session.svg from a real session: two copies of examples/shop, started side by side by the built
 * executable, in a home folder, a tmux server and terminals of their own. `npm run record`, when mono's output changes.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { drawPanes, type PaneView } from "./svg.ts";
import { type Frame, type Line, openTerminals, type Span, type Style } from "./terminals.ts";

const repository = resolve(import.meta.dir, "../..");
const picture = join(repository, "docs/session.svg");
const executable = join(repository, "dist/mono");
const cities = ["paris", "oslo"] as const;
/** The longest pause that is shown, in milliseconds. */
const longestPauseMs = 1200;
const largestPicture = 100_000;

const views = [
  { pane: "paris", folder: "paris", title: "one workspace", column: 0, row: 0, columns: 60, rows: 19 },
  {
    pane: "oslo",
    folder: "oslo",
    title: "another one, at the same time",
    column: 60,
    row: 0,
    columns: 60,
    rows: 19,
  },
  { pane: "shop", folder: ".", title: "any terminal", column: 0, row: 19, columns: 124, rows: 14 },
] as const;

async function record(folder: string, image: string | undefined): Promise<readonly Frame[]> {
  const shop = join(folder, "conductor/workspaces/shop");
  mkdirSync(shop, { recursive: true });
  mkdirSync(join(folder, "tmux"));
  for (const city of cities) cpSync(join(repository, "examples/shop"), join(shop, city), { recursive: true });
  const { DOCKER_CONFIG, DOCKER_HOST, HOME = "", PATH = "" } = process.env;
  const env = {
    HOME: folder,
    PATH: `${join(repository, "dist")}:${PATH}`,
    SHELL: "/bin/sh",
    TERM: "xterm-256color",
    LANG: "C.UTF-8",
    TMUX_TMPDIR: join(folder, "tmux"),
    DOCKER_CONFIG: DOCKER_CONFIG ?? join(HOME, ".docker"),
    PROMPT_DIRTRIM: "2",
    PROMPT_COMMAND: `printf . >>"${folder}/prompts-$PANE"`,
    PS1: String.raw`\[\e[34m\]\w\[\e[0m\] $ `,
    ...(image !== undefined && { BASE_IMAGE: image }),
    ...(DOCKER_HOST !== undefined && { DOCKER_HOST }),
  };
  const panes = views.map(({ columns, pane, folder: start }) => ({
    name: pane,
    columns,
    folder: join(shop, start),
  }));
  const terminals = await openTerminals(panes, folder, env);
  try {
    // paris starts a moment earlier, so that it gets the first ports.
    const paris = terminals.type("paris", "mono init .");
    await Bun.sleep(300);
    await Promise.all([paris, terminals.type("oslo", "mono init .")]);
    await terminals.type("shop", "mono list");
    await terminals.type("shop", "curl localhost:19100/cgi-bin/shop");
    await terminals.type("shop", "curl localhost:19200/cgi-bin/shop");
    await terminals.type("shop", "mono destroy paris");
    await terminals.type("shop", "mono list");
    return terminals.frames;
  } finally {
    await terminals.close();
    for (const city of cities)
      await Bun.spawn([executable, "destroy", "--force", "--if-exists", join(shop, city)], {
        env,
        stderr: "ignore",
      }).exited;
    await Bun.spawn(["tmux", "kill-server"], { env, stderr: "ignore" }).exited;
  }
}

async function succeeds(...argv: string[]): Promise<boolean> {
  return (await Bun.spawn(argv, { cwd: repository, stdout: "ignore", stderr: "ignore" }).exited) === 0;
}

/** The example's public image, or one made here where there is no network. Returns the name of the latter. */
async function requireImage(): Promise<string | undefined> {
  const wanted = "busybox:stable";
  if ((await succeeds("docker", "image", "inspect", wanted)) || (await succeeds("docker", "pull", wanted)))
    return;
  const own = "mono-record-base:latest";
  if (await succeeds("scripts/base-image", own)) return own;
  throw new Error(`cannot make ${own}`);
}

/** Shows the home folder as `~`, and breaks lines at the terminal's width. */
function wrapped(lines: readonly Line[], folder: string, columns: number): Line[] {
  return lines.flatMap((line) => {
    const characters = line.flatMap(({ text, ...style }): Span[] =>
      Array.from(text.replaceAll(folder, "~")).map((character) => ({ ...style, text: character })),
    );
    const rows: Line[] = [];
    while (characters.length > columns) rows.push(joined(characters.splice(0, columns)));
    return [...rows, joined(characters)];
  });
}

function joined(characters: readonly Span[]): Line {
  const spans: Span[] = [];
  for (const span of characters) {
    const last = spans.at(-1);
    if (last !== undefined && isAlike(last, span))
      spans[spans.length - 1] = { ...last, text: last.text + span.text };
    else spans.push(span);
  }
  return spans;
}

function isAlike(one: Style, other: Style): boolean {
  return one.colour === other.colour && one.isDim === other.isDim && one.isBold === other.isBold;
}

/** Real times, but for long pauses. */
function shortened(frames: readonly Frame[]): readonly Frame[] {
  let [now, before] = [0, frames[0]?.at ?? 0];
  return frames.map((frame) => {
    now += Math.min(frame.at - before, longestPauseMs);
    before = frame.at;
    return { ...frame, at: now };
  });
}

if (!existsSync(executable)) throw new Error("run npm run build first");
const image = await requireImage();
const folder = realpathSync(mkdtempSync(join(tmpdir(), "mono-record-")));
try {
  const frames = shortened(await record(folder, image));
  const panes = views.map(({ pane, ...place }): PaneView => ({
    ...place,
    frames: frames
      .filter((frame) => frame.pane === pane)
      .map(({ at, lines }) => ({ at, lines: wrapped(lines, folder, place.columns) })),
  }));
  await Bun.write(picture, drawPanes(panes, frames.at(-1)?.at ?? 0));
} finally {
  rmSync(folder, { recursive: true, force: true });
  if (image !== undefined) await succeeds("docker", "image", "rm", "--force", image);
}
const { size } = statSync(picture);
if (size > largestPicture)
  throw new Error(`the picture has ${size} bytes, and may have at most ${largestPicture}`);
