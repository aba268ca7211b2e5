import { z } from 'zod';
import { type FirebaseParameters, firebaseForm } from '../hashes/firebaseHash.ts';
import { ImportRefusal, type ReadDraft } from './draft.ts';
import { hashOf, ignoredFields, instantSchema, parseRecord } from './parseRecord.ts';

/** A user of `firebase auth:export users.json --format=json`. */
const schema = z.object({
  localId: z.string().min(1).max(128),
  email: z.string({ error: 'there is no address' }),
  emailVerified: z.boolean().optional(),
  passwordHash: z.string().optional(),
  salt: z.string().optional(),
  disabled: z.boolean().optional(),
  createdAt: instantSchema.optional(),
});

/** @param parameters the project's, without which no hash of it can be verified */
export function readFirebase(parameters: FirebaseParameters | undefined): ReadDraft {
  return (record) => {
    const parsed = parseRecord(schema, record);
    const { passwordHash, salt = '' } = parsed;
    return {
      sourceId: `firebase:${parsed.localId}`,
      email: parsed.email,
      emailVerified: parsed.emailVerified,
      hash: passwordHash ? hashOf(() => firebaseForm({ passwordHash, salt }, required(parameters))) : undefined,
      disabled: parsed.disabled,
      createdAt: parsed.createdAt,
      ignored: ignoredFields(record, schema.shape),
    };
  };
}

function required(parameters: FirebaseParameters | undefined): FirebaseParameters {
  if (parameters) return parameters;
  throw new ImportRefusal('no_parameters', 'a Firebase hash needs the password hash parameters of its project');
}
