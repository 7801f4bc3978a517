/**
 * What a program has printed on its own terminal, for somebody else's: text stays, and of the sequences those that the
 * caller keeps. Queries would have the other terminal type answers into its own prompt; modes and titles would stay there.
 *
 * Text may be cut anywhere, and no sequence takes memory: a string (DCS, SOS, OSC, PM, APC) is left out as it comes, and
 * ends at BEL, ST, ESC, CAN, SUB or a line's end, so that one without an end hides no more than a line.
 */
export interface TerminalText {
  push(text: string): string;
}

/** Says of a control sequence, `ESC [ … final` in its form of 7 bits, whether it stays. */
type KeepsSequence = (sequence: string) => boolean;

/** A control sequence longer than this, in characters, is of no use to anybody. */
const longestSequence = 128;

/** Returns, backspaces, tabs and line feeds are text. */
// oxlint-disable-next-line no-control-regex -- finding them is the purpose
const control = /[\u0000-\u0007\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
// oxlint-disable-next-line no-control-regex -- as above
const stringEnd = /[\u0007\u0018\u001a\u001b\u009c\n]/g;
/** Of these, the ones that belong to the string. */
const stringClosers = new Set(["\u0007", "\u0018", "\u001a", "\u009c"]);
/** The final character of a control sequence, or what ends one without being a part of it. */
// oxlint-disable-next-line no-control-regex -- as above
const sequenceEnd = /[@-~\u0000-\u001f\u007f-\uffff]/g;
/** What ends a sequence without being a part of it: it means the same as outside of one. */
// oxlint-disable-next-line no-control-regex -- as above
const notInSequence = /[\u0000-\u001f\u007f-\uffff]/;

export function createTerminalText(keepsSequence: KeepsSequence): TerminalText {
  let state: "text" | "escape" | "sequence" | "string" = "text";
  let sequence = "";

  /** The end of plain text that begins at `from`, and the control there. */
  const indexOf = (pattern: RegExp, text: string, from: number): number => {
    pattern.lastIndex = from;
    return pattern.exec(text)?.index ?? text.length;
  };
  const onControl = (character: string): void => {
    if (character === "\u001b") state = "escape";
    else if (character === "\u009b") [state, sequence] = ["sequence", ""];
    else if (/[\u0090\u0098\u009d-\u009f]/.test(character)) state = "string";
  };
  /** Takes the character after ESC, or after what stands between ESC and the end: `ESC ( B`. */
  const onEscape = (character: string): void => {
    if (character === "[") [state, sequence] = ["sequence", ""];
    else if (/[PX\]^_]/.test(character)) state = "string";
    else if (!/[ -/]/.test(character)) state = "text";
  };
  /** Takes a piece of a control sequence; `final` is what ends it, if it has come. */
  const onSequence = (piece: string, final: string): string => {
    // What is too long is followed to its end, and left out.
    if (sequence.length <= longestSequence) sequence += piece.slice(0, longestSequence) + final;
    if (final === "") return "";
    state = "text";
    const whole = `\u001b[${sequence}`;
    return sequence.length <= longestSequence && keepsSequence(whole) ? whole : "";
  };
  return {
    push(text) {
      let out = "";
      for (let at = 0; at < text.length;) {
        if (state === "text") {
          const end = indexOf(control, text, at);
          out += text.slice(at, end);
          onControl(text.charAt(end));
          at = end + 1;
        } else if (state === "string") {
          at = indexOf(stringEnd, text, at);
          // A line's end stays, and an escape begins something else; the others belong to the string.
          if (at < text.length) state = "text";
          if (stringClosers.has(text.charAt(at))) at++;
        } else if (state === "sequence") {
          const end = indexOf(sequenceEnd, text, at);
          const final = text.charAt(end);
          const isFinal = final >= "@" && final <= "~";
          out += onSequence(text.slice(at, end), isFinal ? final : "");
          if (end < text.length) state = "text";
          at = isFinal ? end + 1 : end;
        } else if (notInSequence.test(text.charAt(at))) {
          state = "text";
        } else {
          onEscape(text.charAt(at++));
        }
      }
      return out;
    },
  };
}

/** Colours, cursor moves, and erasing what the screen shows; what has scrolled away is for its owner to erase. */
// oxlint-disable-next-line no-control-regex -- they are control sequences
const viewersSequence = /^\u001b\[(?:[\d;:]*m|\d*[A-GKd]|[0-2]?J|\d*(?:;\d*)?[Hf])$/;

/** For somebody who looks on at a terminal: see `end`. */
export interface ViewersText {
  push(bytes: Uint8Array): string;
  /** Returns the rest, and takes back colours that have been set. */
  end(): string;
}

/** True for a control sequence that a viewer's terminal gets. */
export function isForViewers(sequence: string): boolean {
  return viewersSequence.test(sequence);
}

export function createViewersText(): ViewersText {
  const decoder = new TextDecoder();
  let isColoured = false;
  const terminal = createTerminalText((sequence) => {
    const isKept = isForViewers(sequence);
    if (isKept && sequence.endsWith("m")) isColoured = /[^0]/.test(sequence.slice(2, -1));
    return isKept;
  });
  return {
    push: (bytes) => terminal.push(decoder.decode(bytes, { stream: true })),
    end: () => terminal.push(decoder.decode()) + (isColoured ? "\u001b[0m" : ""),
  };
}
