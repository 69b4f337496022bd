/** JSON that is small to send and dear to read: refused before it is parsed. */

/** Levels of objects and lists within each other. The deepest body asked for has eight. */
const MAX_DEPTH = 32;
/** Members and items together. A report with figures for every village of a regency has some thousand. */
const MAX_VALUES = 20_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
/** A brace has one bit more than its bracket. */
const BRACE = 0x20;
const OPENS = 0x7b;
const CLOSES = 0x7d;

/**
 * Why a JSON text is not to be parsed; undefined where it may be. One pass without allocation. Whether the text is
 * JSON at all is for the parser to say.
 */
export const bombIn = (text: string): string | undefined => {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) {
      at = endOfString(text, at + 1);
    } else if (character === COMMA) {
      values += 1;
      if (values > MAX_VALUES) return `It has more than ${MAX_VALUES} members and items.`;
    } else if ((character | BRACE) === OPENS) {
      depth += 1;
      values += 1;
      if (depth > MAX_DEPTH) return `It is nested deeper than ${MAX_DEPTH} levels.`;
    } else if ((character | BRACE) === CLOSES) {
      depth -= 1;
    }
  }
  return undefined;
};

/** Where the string that begins at `from` has its closing quote; the text's end where it has none. */
const endOfString = (text: string, from: number): number => {
  for (let at = from; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) return at;
    if (character === BACKSLASH) at += 1;
  }
  return text.length;
};
