import { z } from 'zod';
import { ImportRefusal, type ReadDraft } from './draft.ts';
import { booleanSchema, ignoredFields, instantSchema, parseRecord } from './parseRecord.ts';

const attributesSchema = z.array(z.object({ Name: z.string(), Value: z.string().optional() }));

/**
 * A user of `aws cognito-idp list-users`, or of `admin-get-user`, which alone names authenticator apps. Cognito gives
 * no hashes away: its users begin with a reset.
 */
const schema = z.object({
  Username: z.string(),
  Attributes: attributesSchema.optional(),
  UserAttributes: attributesSchema.optional(),
  Enabled: booleanSchema.optional(),
  UserStatus: z.string().optional(),
  UserCreateDate: instantSchema.optional(),
  MFAOptions: z.array(z.looseObject({ DeliveryMedium: z.string().optional() })).optional(),
  UserMFASettingList: z.array(z.string()).optional(),
  PreferredMfaSetting: z.string().optional(),
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
  const sub = z.uuid().toLowerCase().safeParse(attributes.get('sub'));
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
