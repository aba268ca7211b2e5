import { fromBase64 } from './encodings.ts';
import { unknownScheme } from './unknownScheme.ts';

/** A parsed password hash of another system. */
export type ForeignHash =
  /** PHC string (RFC 9106). */
  | { readonly scheme: 'argon2'; readonly hash: string }
  /** `prehashed`: of the hexadecimal digits of the password's SHA-256, as Django does. */
  | { readonly scheme: 'bcrypt'; readonly hash: string; readonly prehashed: boolean }
  | ({ readonly scheme: 'pbkdf2'; readonly digest: Pbkdf2Digest; readonly iterations: number } & Derived)
  | ({ readonly scheme: 'scrypt' | 'firebase-scrypt'; readonly cost: ScryptCost } & Derived)
  /** Argon2id with our own parameters, over a digest that is too fast to be stored as it is. */
  | { readonly scheme: 'wrapped'; readonly inner: FastDigest; readonly hash: string };

export type Pbkdf2Digest = 'sha1' | 'sha256' | 'sha512';

/** Names as in RFC 7914 §2. */
export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** One digest of the password, with salt before or after it. */
export interface FastDigest {
  readonly digest: FastDigestName;
  readonly before: Buffer;
  readonly after: Buffer;
}

export const fastDigestNames = ['md5', 'sha1', 'sha256', 'sha512'] as const;
export type FastDigestName = (typeof fastDigestNames)[number];

interface Derived {
  readonly salt: Buffer;
  readonly key: Buffer;
}

/** A hash that is not taken. Its reason is a stable word. */
export class ForeignHashError extends Error {
  override readonly name = 'ForeignHashError';
  readonly reason: 'hash_unknown' | 'hash_too_costly' | 'hash_too_weak';

  constructor(reason: ForeignHashError['reason'], detail: string) {
    super(detail);
    this.reason = reason;
  }
}

const mebibyte = 1024 * 1024;
/**
 * The cost that one computation may have. At most little more than half a second of one CPU (a password may be tried in
 * two forms) and less memory than the Lambda has: otherwise an import could exhaust the sign-in. At least enough to
 * make guessing expensive: owners of weaker hashes reset their password.
 */
const bounds = {
  argon2: { memoryKib: 256 * 1024, memoryTimesPasses: 512 * 1024, lanes: 16 },
  bcrypt: { cost: 13 },
  pbkdf2: { leastIterations: 1000, iterationsTimesBlocks: 1_500_000 },
  scrypt: { leastN: 1024, memoryTimesLanes: 256 * mebibyte },
};

/** Bytes. PBKDF2 repeats all its iterations for every block of this length (RFC 8018 §5.2). */
const digestLengths: Record<Pbkdf2Digest, number> = { sha1: 20, sha256: 32, sha512: 64 };

/** A salt is as long as a password at most: what is much longer is no hash, and would not fit into a transaction. */
const longestHash = 1000;

const base64 = '[A-Za-z0-9+/]';
const argon2Parameters = '\\$m=(\\d{1,10}),t=(\\d{1,10}),p=(\\d{1,3})';
const argon2 = new RegExp(
  `^\\$argon2(?:id|i|d)(?:\\$v=(?:16|19))?${argon2Parameters}\\$${base64}{11,86}\\$${base64}{16,86}$`,
);
const bcrypt = /^(bcrypt_sha256\$)?(\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53})$/;
const pbkdf2 = new RegExp(`^\\$pbkdf2-(sha1|sha256|sha512)\\$i=(\\d{1,10})\\$(${base64}*)\\$(${base64}{16,86})$`);
const scrypt = new RegExp(
  `^\\$(scrypt|firebase-scrypt)\\$ln=(\\d{1,2}),r=(\\d{1,3}),p=(\\d{1,3})\\$(${base64}*)\\$(${base64}{16,171})$`,
);
const wrapped = new RegExp(
  `^\\$argon2id-(md5|sha1|sha256|sha512)(?:\\$(before|after)=(${base64}+))?(\\$argon2id\\$.+)$`,
);

/**
 * Reads a hash in the form in which an import keeps it: PHC strings, and bcrypt's own form.
 *
 * @throws ForeignHashError for any other text, or one whose cost is out of bounds.
 */
export function parseForeignHash(text: string): ForeignHash {
  if (text.length > longestHash) throw new ForeignHashError('hash_unknown', 'this is too long for a hash');
  return (
    parseArgon2(text) ??
    parseBcrypt(text) ??
    parsePbkdf2(text) ??
    parseScrypt(text) ??
    parseWrapped(text) ??
    unknown(text)
  );
}

function parseArgon2(hash: string): ForeignHash | undefined {
  const [memory, passes, lanes] = numbers(argon2.exec(hash)?.slice(1));
  if (memory === undefined || passes === undefined || lanes === undefined) return undefined;
  const { memoryKib, memoryTimesPasses, lanes: mostLanes } = bounds.argon2;
  if (memory > memoryKib || memory * passes > memoryTimesPasses || lanes > mostLanes) throw tooCostly('Argon2');
  if (passes < 1 || lanes < 1 || memory < 8 * lanes) unknown();
  return { scheme: 'argon2', hash };
}

function parseBcrypt(hash: string): ForeignHash | undefined {
  const [, prefix, plain, digits] = bcrypt.exec(hash) ?? [];
  if (plain === undefined) return undefined;
  const cost = Number(digits);
  if (cost > bounds.bcrypt.cost) throw tooCostly('bcrypt');
  if (cost < 4) unknown();
  return { scheme: 'bcrypt', hash: plain, prehashed: prefix !== undefined };
}

function parsePbkdf2(text: string): ForeignHash | undefined {
  const [, digest, count, salt = '', key = ''] = pbkdf2.exec(text) ?? [];
  if (!isPbkdf2Digest(digest)) return undefined;
  const iterations = Number(count);
  const bytes = derived(salt, key);
  const blocks = Math.ceil(bytes.key.length / digestLengths[digest]);
  if (iterations * blocks > bounds.pbkdf2.iterationsTimesBlocks) throw tooCostly('PBKDF2');
  if (iterations < bounds.pbkdf2.leastIterations) throw tooWeak('PBKDF2');
  return { scheme: 'pbkdf2', digest, iterations, ...bytes };
}

function parseScrypt(text: string): ForeignHash | undefined {
  const [, scheme, ...rest] = scrypt.exec(text) ?? [];
  if (scheme !== 'scrypt' && scheme !== 'firebase-scrypt') return undefined;
  const [ln = 0, r = 0, p = 0] = numbers(rest.slice(0, 3));
  const [salt = '', key = ''] = rest.slice(3);
  const cost = { N: 2 ** ln, r, p };
  const memory = 128 * cost.N * r;
  if (memory * Math.max(p, 1) > bounds.scrypt.memoryTimesLanes) throw tooCostly('scrypt');
  if (cost.N < bounds.scrypt.leastN) throw tooWeak('scrypt');
  if (r < 1 || p < 1) unknown();
  return { scheme, cost, ...derived(salt, key) };
}

function parseWrapped(text: string): ForeignHash | undefined {
  const [, digest, place, salt = '', hash = ''] = wrapped.exec(text) ?? [];
  const name = fastDigestNames.find((one) => one === digest);
  if (!name || !parseArgon2(hash)) return undefined;
  const bytes = Buffer.from(salt, 'base64');
  const none = Buffer.alloc(0);
  const [before, after] = place === 'before' ? [bytes, none] : [none, bytes];
  return { scheme: 'wrapped', inner: { digest: name, before, after }, hash };
}

function isPbkdf2Digest(name: string | undefined): name is Pbkdf2Digest {
  return name === 'sha1' || name === 'sha256' || name === 'sha512';
}

function numbers(texts: readonly string[] = []): number[] {
  return texts.map(Number);
}

function derived(salt: string, key: string): Derived {
  const bytes = { salt: salt === '' ? Buffer.alloc(0) : fromBase64(salt), key: fromBase64(key) };
  return { salt: bytes.salt ?? unknown(), key: bytes.key ?? unknown() };
}

function unknown(text?: string): never {
  const scheme = text === undefined ? undefined : unknownScheme(text);
  const fault =
    text === undefined ? 'what this hash says of itself makes no sense' : 'not a form of hash that is known here';
  throw new ForeignHashError('hash_unknown', scheme ? `${scheme} is not read here` : fault);
}

function tooCostly(what: string): ForeignHashError {
  return new ForeignHashError('hash_too_costly', `verifying this ${what} hash would take too long, or too much memory`);
}

function tooWeak(what: string): ForeignHashError {
  return new ForeignHashError('hash_too_weak', `this ${what} hash is too fast to keep`);
}
