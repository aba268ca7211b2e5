import * as z from 'zod/mini';
import { ForeignHashError } from '../hashes/foreignHash.ts';
import { readHashForm } from '../hashes/hashForms.ts';
import type { HashForm } from '../hashes/makeForm.ts';
import { type AccountDraft, ImportRefusal } from './draft.ts';
import { closesWhereFalse } from './guardNames.ts';
import { instantOf } from './instant.ts';

/** @throws ImportRefusal `invalid_record` that names the fields, and none of their values. */
export function parseRecord<S extends z.ZodMiniType>(schema: S, record: unknown): z.infer<S> {
  const result = schema.safeParse(withoutNulls(record, 0));
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.') || 'record'}: ${message}`);
  throw new ImportRefusal('invalid_record', faults.join('; '));
}

/** Deeper than any format is. What is nested deeper is read by nobody, and could exhaust the stack. */
const deepest = 8;

/** A member that is null is absent. */
function withoutNulls(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth === deepest) return value;
  if (Array.isArray(value)) return value.map((one) => withoutNulls(one, depth + 1));
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member, depth + 1)]));
}

type DraftHash = Pick<AccountDraft, 'hash' | 'hashRefusal'>;

/** What sets a hash apart, for somebody who has to do something about it. */
const wayOut = 'write it in a form that is read, or see --unreadable-hashes: its owner can begin with a reset';

/** Runs what makes a hash of the record. A hash that is not taken does not make the rest of the record unreadable. */
export function draftHash(make: () => HashForm | undefined): DraftHash {
  try {
    return { hash: make() };
  } catch (error) {
    if (error instanceof ImportRefusal) return { hashRefusal: error };
    if (!(error instanceof ForeignHashError)) throw error;
    return { hashRefusal: new ImportRefusal(error.reason, `${error.message}: ${wayOut}`) };
  }
}

/** Django marks an account that has no password by `!` and random characters. */
export function draftHashOfText(text: string | undefined): DraftHash {
  return draftHash(() => (text === undefined || text === '' || text.startsWith('!') ? undefined : readHashForm(text)));
}

/** The members of a record that nothing reads, but for those that say nothing. */
export function ignoredFields(record: unknown, known: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(Object(record))
    .filter(([name, value]) => !Object.hasOwn(known, name) && !saysNothing(name, value))
    .map(([name]) => name);
}

function saysNothing(name: string, value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  if (value === false) return !closesWhereFalse(name);
  return value === null || value === undefined || value === '';
}

const problem = (message: string, input: unknown) => ({ code: 'custom', message, input }) as const;

/** Epoch seconds. */
export const instantSchema = z.pipe(
  z.union([z.string(), z.number()], 'is no date'),
  z.transform((value, context) => {
    const instant = instantOf(value);
    if (instant !== undefined) return instant;
    context.issues.push(problem('is no date and time, nor seconds or milliseconds since 1970', value));
    return z.NEVER;
  }),
);

const truths: Readonly<Record<string, boolean>> = {
  ...{ true: true, t: true, yes: true, y: true, on: true, '1': true },
  ...{ false: false, f: false, no: false, n: false, off: false, '0': false },
};

/** As JSON has it, or as SQL writes it. */
export const booleanSchema = z.pipe(
  z.union([z.boolean(), z.string(), z.number()], 'is no truth value'),
  z.transform((value, context) => {
    const truth = typeof value === 'boolean' ? value : truths[`${value}`.trim().toLowerCase()];
    if (truth !== undefined) return truth;
    context.issues.push(problem('is neither true nor false', value));
    return z.NEVER;
  }),
);
