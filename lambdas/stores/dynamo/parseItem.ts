import * as z from 'zod/mini';
import { ProblemError, unavailable } from '../../core/common/errors.ts';
import { tellOfUnknownForms } from './unknownForms.ts';

/*
 * The one rule for what a later release has written: take what is known, tell of the rest, go on. What guards an
 * account or a session, and is not known, lets nobody pass.
 */

/** This release's version of an item, or the next one's, of which it takes what it knows. */
export const schemaVersion = z.int().check(z.gte(1), z.lte(2));

/**
 * One of the values that this release knows; any other is taken for `otherwise`, which lets nobody pass.
 *
 * @param name of item and attribute, for the log
 */
export function oneOf<const Value extends string>(name: string, known: readonly Value[], otherwise: NoInfer<Value>) {
  return z.pipe(
    z.string(),
    z.transform((text) => {
      const value = known.find((one) => one === text);
      if (value === undefined) tellOfUnknownForms([name]);
      return value ?? otherwise;
    }),
  );
}

/** A text that this release knows, or any other, which is kept as it is. */
export function anyText(name: string, known: readonly string[]) {
  return z.pipe(
    z.string(),
    z.transform((text) => {
      if (!known.includes(text)) tellOfUnknownForms([name]);
      return text;
    }),
  );
}

/**
 * What this release knows of an item. An attribute that it does not know is passed over and told of.
 *
 * @param name of the kind of item, for the log
 * @throws ProblemError `unavailable` when this release cannot read the item. The cause names attributes and no values.
 */
export function parseItem<S extends z.ZodMiniType>(name: string, schema: S, raw: unknown): z.infer<S> {
  const { data, error } = schema.safeParse(raw);
  if (error) {
    const attributes = error.issues.map(({ path }) => path.join('.')).join(', ');
    throw unavailable(new Error(`an item of another version or shape: ${attributes}`));
  }
  tellOfUnknownForms(unknownAttributes(raw, data).map((attribute) => `${name} ${attribute}`));
  return data;
}

/**
 * An item among others, by one of the readers above; undefined for one that this release cannot read, which is told of.
 *
 * @param name of the kind of item, for the log
 */
export function readable<T>(name: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    tellOfUnknownForms([name]);
    return undefined;
  }
}

function unknownAttributes(raw: unknown, data: unknown): readonly string[] {
  if (!isRecord(raw) || !isRecord(data)) return [];
  const later = raw['schema_version'] === 2 ? ['schema_version'] : [];
  return [...later, ...Object.keys(raw).filter((attribute) => !(attribute in data))];
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
