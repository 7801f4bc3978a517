/**
 * Terminals as an animated picture: text, and a style sheet that shows each line from its moment on. No script. A
 * viewer that prefers reduced motion shows the final state.
 */
import type { Line, Span } from "./terminals.ts";

export interface PaneView {
  readonly title: string;
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
  /** What it shows from each time, in milliseconds, on; lines are at most as wide as the pane. */
  readonly frames: readonly { readonly at: number; readonly lines: readonly Line[] }[];
}

const [charWidth, lineHeight, padding, titleHeight, gap] = [8.4, 18, 12, 26, 10];
const holdMs = 7000;

/** The picture; `durationMs` is when the last thing happens. */
export function drawPanes(panes: readonly PaneView[], durationMs: number): string {
  const totalMs = durationMs + holdMs;
  const motions = createMotions(totalMs);
  const boxes = panes.map((pane) => drawPane(pane, motions, totalMs));
  const width = Math.max(...panes.map((pane) => boxOf(pane).x + boxOf(pane).width));
  const height = Math.max(...panes.map((pane) => boxOf(pane).y + boxOf(pane).height));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}" role="img">
<style>
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e6edf3;white-space:pre}
.t{fill:#9198a1}.d{fill:#9198a1}.b{font-weight:700}.c1{fill:#ff7b72}.c2{fill:#3fb950}.c3{fill:#d29922}.c4,.c6{fill:#58a6ff}.c5{fill:#bc8cff}
.h{visibility:hidden}
${motions.rules()}
@media(prefers-reduced-motion:reduce){*{animation:none!important}}
</style>
${boxes.join("\n")}
</svg>
`;
}

function boxOf({ column, columns, row, rows }: PaneView) {
  const width = columns * charWidth + 2 * padding;
  const height = rows * lineHeight + 2 * padding + titleHeight;
  return {
    x: column * charWidth + (column > 0 ? 2 * padding + gap : 0),
    y: row * lineHeight + (row > 0 ? 2 * padding + titleHeight + gap : 0),
    width,
    height,
  };
}

function drawPane(pane: PaneView, motions: Motions, totalMs: number): string {
  const { x, y, width, height } = boxOf(pane);
  const clip = `p${pane.column}-${pane.row}`;
  const inner = `<rect x="0" y="0" width="${round(width)}" height="${pane.rows * lineHeight + 4}"/>`;
  const scroll = pane.frames.map(({ at, lines }) => ({ at, up: Math.max(0, lines.length - pane.rows) }));
  const texts = versionsOf(pane).map(({ end, from, index, line }) => {
    const isLast = end === undefined;
    const motion = motions.visible(from, end ?? totalMs);
    return drawLine(line, index, `${motion}${isLast ? "" : " h"}`);
  });
  return `<g transform="translate(${round(x)} ${round(y)})">
<rect x=".5" y=".5" width="${round(width - 1)}" height="${round(height - 1)}" rx="8" fill="#0d1117" stroke="#3d444d"/>
<text class="t" x="${padding}" y="18">${escape(pane.title)}</text>
<clipPath id="${clip}">${inner}</clipPath>
<g transform="translate(${padding} ${titleHeight + padding - 4})" clip-path="url(#${clip})"><g class="${motions.scrolled(scroll)}" style="transform:translateY(-${(scroll.at(-1)?.up ?? 0) * lineHeight}px)">
${texts.join("\n")}
</g></g>
</g>`;
}

interface Version {
  readonly index: number;
  readonly line: Line;
  readonly from: number;
  /** Undefined for what stays. */
  readonly end: number | undefined;
}

/** What each line showed, from when to when; empty lines are left out. */
function versionsOf({ frames }: PaneView): readonly Version[] {
  const height = Math.max(0, ...frames.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, index) => index).flatMap((index) => {
    const versions: Version[] = [];
    for (const { at, lines } of frames) {
      const line = lines[index] ?? [];
      const last = versions.at(-1);
      if (last !== undefined && JSON.stringify(last.line) === JSON.stringify(line)) continue;
      if (last !== undefined) versions[versions.length - 1] = { ...last, end: at };
      versions.push({ index, line, from: at, end: undefined });
    }
    return versions.filter(({ line }) => line.some(({ text }) => text.trim() !== ""));
  });
}

function drawLine(line: Line, index: number, classes: string): string {
  const length = line.reduce((sum, { text }) => sum + Bun.stringWidth(text), 0);
  const spans = line.map((span) => {
    const look = classOf(span);
    return look === "" ? escape(span.text) : `<tspan class="${look}">${escape(span.text)}</tspan>`;
  });
  return `<text class="${classes}" y="${14 + index * lineHeight}" textLength="${round(length * charWidth)}">${spans.join("")}</text>`;
}

function classOf({ colour, isBold, isDim }: Span): string {
  return [isDim ? "d" : "", isBold ? "b" : "", colour === undefined ? "" : `c${colour}`]
    .filter(Boolean)
    .join(" ");
}

interface Motions {
  /** The class of what is visible from one time to another. */
  readonly visible: (from: number, to: number) => string;
  /** The class of what moves up, by lines, at the given times. */
  readonly scrolled: (steps: readonly { readonly at: number; readonly up: number }[]) => string;
  readonly rules: () => string;
}

/** Writes each motion once, however many lines share it. */
function createMotions(totalMs: number): Motions {
  const names = new Map<string, string>();
  const percent = (at: number) => `${Number(((at / totalMs) * 100).toFixed(2))}%`;
  const named = (keyframes: string) => {
    const name = names.get(keyframes) ?? `m${names.size}`;
    names.set(keyframes, name);
    return name;
  };
  return {
    visible(from, to) {
      if (from <= 0 && to >= totalMs) return "";
      const end = to >= totalMs ? "" : `${percent(to)}{visibility:hidden}`;
      return named(`0%{visibility:hidden}${percent(from)}{visibility:visible}${end}`);
    },
    scrolled(steps) {
      const changes = steps.filter(({ up }, index) => up !== (steps[index - 1]?.up ?? 0));
      const keyframes = changes.map(
        ({ at, up }) => `${percent(at)}{transform:translateY(-${up * lineHeight}px)}`,
      );
      return named(`0%{transform:none}${keyframes.join("")}`);
    },
    rules: () =>
      [...names]
        .map(
          ([keyframes, name]) =>
            `@keyframes ${name}{${keyframes}}.${name}{animation:${name} ${(totalMs / 1000).toFixed(1)}s step-end infinite}`,
        )
        .join("\n"),
  };
}

function round(value: number): number {
  return Number(value.toFixed(1));
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
