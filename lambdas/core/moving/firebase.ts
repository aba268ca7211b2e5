import * as z from 'zod/mini';
import { firebaseForm, isRedacted } from '../hashes/firebaseHash.ts';
import type { FirebaseParameters } from '../hashes/firebaseParameters.ts';
import type { HashForm } from '../hashes/makeForm.ts';
import { ImportRefusal, type ReadDraft } from './draft.ts';
import { booleanSchema, draftHash, ignoredFields, instantSchema, parseRecord } from './parseRecord.ts';

/**
 * A user of `firebase auth:export users.json --format=json`, which leaves second factors out; Identity Platform's API
 * has them in `mfaInfo`, and the Admin SDK in `multiFactor`.
 */
const schema = z.object({
  localId: z.string().check(z.minLength(1), z.maxLength(128)),
  email: z.string({ error: 'there is no address' }),
  emailVerified: z.optional(booleanSchema),
  passwordHash: z.optional(z.string()),
  salt: z.optional(z.string()),
  disabled: z.optional(booleanSchema),
  createdAt: z.optional(instantSchema),
  mfaInfo: z.optional(z.array(z.looseObject({}))),
  multiFactor: z.optional(z.looseObject({ enrolledFactors: z.optional(z.array(z.looseObject({}))) })),
});

export const firebaseFields: readonly string[] = Object.keys(schema.shape);

/** @param parameters the project's, without which no hash of it can be verified */
export function readFirebase(parameters: FirebaseParameters | undefined): ReadDraft {
  return (record) => {
    const parsed = parseRecord(schema, record);
    const lists = [parsed.mfaInfo, parsed.multiFactor?.enrolledFactors].filter((list) => list !== undefined);
    return {
      sourceId: `firebase:${parsed.localId}`,
      email: parsed.email,
      emailVerified: parsed.emailVerified,
      ...draftHash(() => hashOf(parsed, parameters)),
      disabled: parsed.disabled,
      createdAt: parsed.createdAt,
      factors: lists.length === 0 ? undefined : [...new Set(lists.flat().map(kindOf))],
      ignored: ignoredFields(record, schema.shape),
    };
  };
}

function kindOf(factor: object): string {
  return Object.hasOwn(factor, 'totpInfo') ? 'totp' : 'phone';
}

function hashOf(
  { passwordHash, salt = '' }: { readonly passwordHash?: string | undefined; readonly salt?: string | undefined },
  parameters: FirebaseParameters | undefined,
): HashForm | undefined {
  if (!passwordHash) return undefined;
  if (isRedacted(passwordHash)) {
    throw new ImportRefusal(
      'hash_redacted',
      'whoever exported this may not read hashes: export it again with firebaseauth.configs.getHashConfig, or see ' +
        '--unreadable-hashes',
    );
  }
  if (!parameters) {
    throw new ImportRefusal(
      'no_parameters',
      "a Firebase hash needs its project's password hash parameters: see --firebase-parameters",
    );
  }
  return firebaseForm({ passwordHash, salt }, parameters);
}
