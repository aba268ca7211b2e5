import * as z from 'zod/mini';
import { readHashForm } from '../hashes/hashForms.ts';
import type { HashForm } from '../hashes/makeForm.ts';
import { customHashForm, customHashSchema } from './auth0Hash.ts';
import { ImportRefusal, type ReadDraft } from './draft.ts';
import { booleanSchema, draftHash, ignoredFields, instantSchema, parseRecord } from './parseRecord.ts';

/** Each has one kind of factor as its only member. */
const factorsSchema = z.array(z.union([z.string(), z.looseObject({})]));

/**
 * Auth0's export of password hashes (`_id`, `passwordHash`), its export of profiles (`user_id`), which has none, and
 * the file that its bulk import takes (`password_hash`, `custom_password_hash`, `mfa_factors`).
 */
const schema = z.object({
  _id: z.optional(z.object({ $oid: z.string().check(z.minLength(1)) })),
  user_id: z.optional(z.string().check(z.minLength(1))),
  email: z.string({ error: 'there is no address' }),
  email_verified: z.optional(booleanSchema),
  passwordHash: z.optional(z.string()),
  password_hash: z.optional(z.string()),
  custom_password_hash: z.optional(customHashSchema),
  blocked: z.optional(booleanSchema),
  created_at: z.optional(instantSchema),
  mfa_factors: z.optional(factorsSchema),
  multifactor: z.optional(factorsSchema),
  guardian_authenticators: z.optional(factorsSchema),
  guardian_enrollments: z.optional(factorsSchema),
});

export const auth0Fields: readonly string[] = Object.keys(schema.shape);

export const readAuth0: ReadDraft = (record) => {
  const parsed = parseRecord(schema, record);
  const { _id: id, user_id: userId = id?.$oid } = parsed;
  return {
    // The bulk import takes the id without the name of its strategy, and puts that before it.
    sourceId: userId && `auth0:${userId.includes('|') ? userId : `auth0|${userId}`}`,
    email: parsed.email,
    emailVerified: parsed.email_verified,
    ...draftHash(() => hashOf(parsed)),
    disabled: parsed.blocked,
    createdAt: parsed.created_at,
    factors: factorsOf(parsed),
    ignored: ignoredFields(record, schema.shape),
  };
};

function hashOf(parsed: z.infer<typeof schema>): HashForm | undefined {
  const { custom_password_hash: custom } = parsed;
  const texts = new Set([parsed.passwordHash, parsed.password_hash].filter((text) => text));
  if (texts.size + (custom ? 1 : 0) > 1) throw new ImportRefusal('invalid_record', 'there is more than one hash');
  const [text] = texts;
  if (custom) return customHashForm(custom);
  return text === undefined ? undefined : readHashForm(text);
}

function factorsOf(parsed: z.infer<typeof schema>): readonly string[] | undefined {
  const lists = [parsed.mfa_factors, parsed.multifactor, parsed.guardian_authenticators, parsed.guardian_enrollments];
  const said = lists.filter((list) => list !== undefined);
  if (said.length === 0) return undefined;
  return [...new Set(said.flat().map((one) => (typeof one === 'string' ? one : (Object.keys(one)[0] ?? 'unknown'))))];
}
