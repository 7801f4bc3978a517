/**
 * Turns the bytes of a child into lines: a feed or a carriage return (progress bars) ends one, bytes that are not
 * UTF-8 become U+FFFD, and a character that is cut between two chunks is put together again.
 */
export interface LineSplitter {
  push(bytes: Uint8Array): void;
  /** Gives the last line, when it has no end of its own. */
  end(): void;
}

export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  const decoder = new TextDecoder();
  let rest = "";
  const emit = (text: string, isLast: boolean) => {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = isLast ? "" : (lines.pop() ?? "");
    for (const whole of lines) {
      const line = whole.replace(/\r$/, "");
      if (line !== "") onLine(line);
    }
  };
  return {
    push: (bytes) => emit(decoder.decode(bytes, { stream: true }), false),
    end: () => emit(decoder.decode(), true),
  };
}
