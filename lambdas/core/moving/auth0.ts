import { z } from 'zod';
import type { ReadDraft } from './draft.ts';
import { hashOfText, ignoredFields, instantSchema, parseRecord } from './parseRecord.ts';

/**
 * Auth0's export of password hashes (`_id`, `passwordHash`), and its export of profiles (`user_id`), which has none.
 */
const schema = z.object({
  _id: z.object({ $oid: z.string().min(1) }).optional(),
  user_id: z.string().min(1).optional(),
  email: z.string(),
  email_verified: z.boolean().optional(),
  passwordHash: z.string().nullish(),
  blocked: z.boolean().optional(),
  created_at: instantSchema.optional(),
});

export const readAuth0: ReadDraft = (record) => {
  const parsed = parseRecord(schema, record);
  const { _id: id, user_id: userId = id && `auth0|${id.$oid}` } = parsed;
  return {
    sourceId: userId && `auth0:${userId}`,
    email: parsed.email,
    emailVerified: parsed.email_verified,
    hash: hashOfText(parsed.passwordHash),
    disabled: parsed.blocked,
    createdAt: parsed.created_at,
    ignored: ignoredFields(record, schema.shape),
  };
};
