import { z } from 'zod';
import { ForeignHashError } from '../hashes/foreignHash.ts';
import { type HashForm, readHashForm } from '../hashes/hashForms.ts';
import { ImportRefusal } from './draft.ts';

/** @throws ImportRefusal `invalid_record` that names the fields, and none of their values. */
export function parseRecord<S extends z.ZodType>(schema: S, record: unknown): z.infer<S> {
  const result = schema.safeParse(record);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.') || 'record'}: ${message}`);
  throw new ImportRefusal('invalid_record', faults.join('; '));
}

/** Runs what makes a hash of the record. @throws ImportRefusal for a hash that is not taken. */
export function hashOf(make: () => HashForm): HashForm {
  try {
    return make();
  } catch (error) {
    if (error instanceof ForeignHashError) throw new ImportRefusal(error.reason, error.message);
    throw error;
  }
}

export function hashOfText(text: string | null | undefined): HashForm | undefined {
  return text === undefined || text === null || text === '' ? undefined : hashOf(() => readHashForm(text));
}

/** The members of a record that nothing reads. */
export function ignoredFields(record: unknown, known: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(Object(record)).filter((name) => !Object.hasOwn(known, name));
}

/** A date as RFC 3339, or as whole seconds or milliseconds since the epoch; as epoch seconds. */
export const instantSchema = z.union([
  z.iso.datetime({ offset: true }).transform((text) => Math.floor(Date.parse(text) / 1000)),
  z.coerce
    .number()
    .nonnegative()
    .transform((number) => Math.floor(number > 1e11 ? number / 1000 : number)),
]);
