/** Why a text is not JSON that every parser reads alike. */
export type JsonFault = 'syntax' | 'depth' | 'member' | 'number' | 'surrogate';

export class JsonRejected extends Error {
  readonly fault: JsonFault;

  constructor(fault: JsonFault) {
    super(`JSON rejected: ${fault}`);
    this.name = 'JsonRejected';
    this.fault = fault;
  }
}

/**
 * JSON that every parser reads alike: no member twice at any depth and none called `__proto__`, no number beyond the
 * range of a double, no lone surrogate, nested at most `maxDepth` deep (RFC 8259 §4, §6, §8, §9). The caller bounds its
 * length.
 *
 * @throws JsonRejected
 */
export function parseStrictJson(text: string, maxDepth: number): unknown {
  const value = parse(text);
  checkTokens(text, maxDepth);
  return value;
}

/**
 * The same of bytes that are known to be UTF-8, at once. What is sure to be strict is not walked, which would take many
 * times as long as all else.
 *
 * @throws JsonRejected
 */
export function parseStrictUtf8(bytes: Buffer, maxDepth: number): unknown {
  const text = bytes.toString('utf8');
  const value = parse(text);
  if (stringsIn(bytes) !== stringsOf(value, maxDepth)) checkTokens(text, maxDepth);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new JsonRejected('syntax');
  }
}

const quote = 0x22;
const backslash = 0x5c;

/**
 * How many strings, names of members included, there are in bytes that are known to be JSON: every quotation mark
 * begins or ends one, unless a backslash is there.
 *
 * @returns NaN where there is a backslash: it could as well escape half of a surrogate pair.
 */
function stringsIn(bytes: Uint8Array): number {
  let quotes = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (byte === quote) quotes += 1;
    else if (byte === backslash) return Number.NaN;
  }
  return quotes / 2;
}

/**
 * How many strings a parsed value holds, names of members included. The parser drops a member that comes again, and
 * its name at least: the text then holds more.
 *
 * @returns NaN, which equals nothing, for what is refused: too deep, a member `__proto__`, a number out of range.
 */
function stringsOf(value: unknown, depthLeft: number): number {
  if (typeof value === 'string') return 1;
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : Number.NaN;
  if (typeof value !== 'object' || value === null) return 0;
  if (depthLeft === 0) return Number.NaN;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += stringsOf(item, depthLeft - 1);
  } else if (isRecord(value)) {
    // Faster than a list of its entries, and what was parsed inherits nothing that is enumerable.
    for (const name in value) count += name === '__proto__' ? Number.NaN : 1 + stringsOf(value[name], depthLeft - 1);
  }
  return count;
}

/** The value, when it is an object and no array. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|-?\d[\d.eE+-]*/g;

/** Walks text that is known to be JSON. */
function checkTokens(text: string, maxDepth: number): void {
  const open: (Set<string> | undefined)[] = [];
  let lastString: string | undefined;
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') {
      if (open.push(token === '{' ? new Set() : undefined) > maxDepth) throw new JsonRejected('depth');
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (token === ':') {
      addMember(open.at(-1), lastString);
    } else if (token.startsWith('"')) {
      lastString = wellFormed(token);
    } else if (token !== ',' && !Number.isFinite(Number(token))) {
      throw new JsonRejected('number');
    }
  }
}

function addMember(members: Set<string> | undefined, name: string | undefined): void {
  if (name === undefined || members === undefined || members.has(name) || name === '__proto__') {
    throw new JsonRejected('member');
  }
  members.add(name);
}

function wellFormed(literal: string): string {
  const value: unknown = JSON.parse(literal);
  if (typeof value !== 'string' || !value.isWellFormed()) throw new JsonRejected('surrogate');
  return value;
}
