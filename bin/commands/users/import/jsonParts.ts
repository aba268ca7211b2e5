/** A member of an object, or an item of an array, which has no name. Its text is JSON. */
export interface JsonPart {
  readonly name?: string;
  readonly text: string;
}

/**
 * What is directly inside an object or an array, as it is written: a parser would have dropped what comes twice.
 *
 * @param text is known to be JSON, and an object or an array
 */
export function* partsOf(text: string): Generator<JsonPart> {
  let depth = 0;
  let from = 0;
  let name: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const one = text[at];
    if (one === '"') at = endOfString(text, at);
    else if (one === '{' || one === '[') {
      if (++depth === 1) from = at + 1;
    } else if (one === ':' && depth === 1) {
      name = String(JSON.parse(text.slice(from, at)));
      from = at + 1;
    } else if ((one === ',' && depth === 1) || ((one === '}' || one === ']') && --depth === 0)) {
      const part = text.slice(from, at).trim();
      if (part !== '') yield name === undefined ? { text: part } : { name, text: part };
      from = at + 1;
    }
  }
}

/** A loop, since an expression for strings exhausts its stack in a long one. */
function endOfString(text: string, begin: number): number {
  let at = begin + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
