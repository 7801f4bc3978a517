/**
 * Turns the bytes of a child into lines: a feed or a carriage return (progress bars) ends one, and empty ones are left
 * out, which makes one line end of the two that Windows writes. Bytes that are not UTF-8 become U+FFFD, and a
 * character that is cut between two chunks is put together again.
 */
export interface LineSplitter {
  push(bytes: Uint8Array): void;
  /** Gives the last line, when it has no end of its own. */
  end(): void;
}

/**
 * In UTF-16 units. A child that never ends its line must not take all memory, so a longer one is given in pieces of
 * this length. Well above what tools print as one line: JSON, minified code, images as base64.
 */
const longestLine = 8 * 1024 * 1024;

export function createLineSplitter(
  onLine: (line: string) => void,
  longest: number = longestLine,
): LineSplitter {
  const decoder = new TextDecoder();
  // What is added is looked at once, and only joined: searching the whole again with each chunk would make the time
  // grow with the square of the line's length.
  let rest = "";
  const endLine = () => {
    if (rest !== "") onLine(rest);
    rest = "";
  };
  const add = (text: string) => {
    for (const [index, part] of text.split(/[\r\n]/).entries()) {
      if (index > 0) endLine();
      rest += part;
      while (rest.length > longest) {
        const cut = isSecondHalf(rest.charCodeAt(longest)) ? longest - 1 : longest;
        onLine(rest.slice(0, cut));
        rest = rest.slice(cut);
      }
    }
  };
  return {
    push: (bytes) => add(decoder.decode(bytes, { stream: true })),
    end() {
      add(decoder.decode());
      endLine();
    },
  };
}

/** Characters beyond U+FFFF are two units, which stay together. */
function isSecondHalf(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
