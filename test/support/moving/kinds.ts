import { randomUUID } from 'node:crypto';

/** What becomes of a record: its owner signs in as before, or begins with a reset; or why it is rejected. */
export type Outcome = 'password' | 'reset' | { readonly rejected: string };

/** Records of one sort, which are all treated alike. */
export interface Kind {
  readonly name: string;
  /** A record, or the bytes of a line that is none. */
  readonly make: (email: string) => object | Buffer;
  /** Without options. */
  readonly first: Outcome;
  /** With `--second-factors drop --unreadable-hashes reset`, where that is another. */
  readonly second?: Outcome;
}

export interface Entry {
  readonly kind: Kind;
  readonly email: string;
  readonly record: object | Buffer;
}

const addressOf = (record: object | Buffer, email: string) => (record instanceof Buffer ? '' : email);

/**
 * As many records as are asked for: some of each kind, mixed, and the rest of the kinds that are cheap to import.
 */
export function entriesOf(kinds: readonly Kind[], { count, perKind }: { count: number; perKind: number }): Entry[] {
  const [plain] = kinds;
  if (!plain) throw new Error('there are no kinds');
  const run = randomUUID().slice(0, 8);
  const special = kinds.length * perKind;
  return Array.from({ length: count }, (_, index) => {
    const place = Math.floor((index * special) / count);
    const begins = place !== Math.floor(((index - 1) * special) / count);
    const kind = (begins ? kinds[place % kinds.length] : undefined) ?? plain;
    const email = `import-${run}-${index}@example.com`;
    const record = kind.make(email);
    return { kind, email: addressOf(record, email), record };
  });
}

const guarded = 'has_factors';
export const second = { first: { rejected: guarded }, second: 'password' } as const;
export const unreadable = (reason: string) => ({ first: { rejected: reason }, second: 'reset' }) as const;
export const broken = (reason: string) => ({ first: { rejected: reason } }) as const;
export const signsIn = { first: 'password' } as const;
export const resets = { first: 'reset' } as const;
