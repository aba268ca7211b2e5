import { TokenRejected } from './tokenRejected.ts';

const maxDepth = 8;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * JSON that every parser reads alike: strict UTF-8 without a byte order mark, no member twice at any depth, no lone
 * surrogate, nested at most 8 deep (RFC 8259 §4, §8; RFC 7515 §10.12).
 *
 * @throws TokenRejected `encoding` or `json`.
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new TokenRejected('json');
  }
  checkMembers(text);
  return value;
}

/** The value, when it is an object and no array. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new TokenRejected('encoding');
  }
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** Walks text that is known to be JSON. */
function checkMembers(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let lastString: string | undefined;
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') {
      if (open.push(token === '{' ? new Set() : undefined) > maxDepth) throw new TokenRejected('json');
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (token === ':') {
      addMember(open.at(-1), lastString);
    } else if (token !== ',') {
      lastString = wellFormed(token);
    }
  }
}

function addMember(members: Set<string> | undefined, name: string | undefined): void {
  if (name === undefined || members === undefined || members.has(name) || name === '__proto__') {
    throw new TokenRejected('json');
  }
  members.add(name);
}

function wellFormed(literal: string): string {
  const value: unknown = JSON.parse(literal);
  if (typeof value !== 'string' || !value.isWellFormed()) throw new TokenRejected('encoding');
  return value;
}
