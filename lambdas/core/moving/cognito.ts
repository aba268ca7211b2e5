import * as z from 'zod/mini';
import { ImportRefusal, type ReadDraft } from './draft.ts';
import { booleanSchema, ignoredFields, instantSchema, parseRecord } from './parseRecord.ts';

const attributesSchema = z.array(z.object({ Name: z.string(), Value: z.optional(z.string()) }));

/**
 * A user of `aws cognito-idp list-users`, or of `admin-get-user`, which alone names authenticator apps. Cognito gives
 * no hashes away: its users begin with a reset.
 */
const schema = z.object({
  Username: z.string(),
  Attributes: z.optional(attributesSchema),
  UserAttributes: z.optional(attributesSchema),
  Enabled: z.optional(booleanSchema),
  UserStatus: z.optional(z.string()),
  UserCreateDate: z.optional(instantSchema),
  MFAOptions: z.optional(z.array(z.looseObject({ DeliveryMedium: z.optional(z.string()) }))),
  UserMFASettingList: z.optional(z.array(z.string())),
  PreferredMfaSetting: z.optional(z.string()),
});

export const cognitoFields: readonly string[] = Object.keys(schema.shape);

const attributesRead = ['sub', 'email', 'email_verified'];
/** Of accounts that do not sign in at Cognito either. */
const shutOut = ['ARCHIVED', 'COMPROMISED'];

export const readCognito: ReadDraft = (record) => {
  const parsed = parseRecord(schema, record);
  const listed = parsed.Attributes ?? parsed.UserAttributes ?? [];
  const attributes = new Map(listed.map(({ Name, Value }) => [Name, Value]));
  const email = attributes.get('email');
  if (email === undefined) throw new ImportRefusal('invalid_record', 'Attributes: there is no address');
  const sub = z.uuid().check(z.toLowerCase()).safeParse(attributes.get('sub'));
  return {
    sub: sub.data,
    email,
    emailVerified: attributes.get('email_verified')?.toLowerCase() === 'true',
    disabled: parsed.Enabled === false || shutOut.includes(parsed.UserStatus ?? ''),
    createdAt: parsed.UserCreateDate,
    factors: factorsOf(parsed),
    ignored: [
      ...ignoredFields(record, schema.shape),
      ...[...attributes].filter(([name, value]) => !attributesRead.includes(name) && value).map(([name]) => name),
    ],
  };
};

function factorsOf(parsed: z.infer<typeof schema>): readonly string[] | undefined {
  const byMessage = parsed.MFAOptions?.map(({ DeliveryMedium }) => `${DeliveryMedium ?? 'SMS'}_MFA`) ?? [];
  const preferred = parsed.PreferredMfaSetting ? [parsed.PreferredMfaSetting] : [];
  const all = new Set([...byMessage, ...(parsed.UserMFASettingList ?? []), ...preferred]);
  return all.size > 0 || parsed.UserMFASettingList ? [...all] : undefined;
}
