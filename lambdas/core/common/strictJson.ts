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
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new JsonRejected('syntax');
  }
  checkTokens(text, maxDepth);
  return value;
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
