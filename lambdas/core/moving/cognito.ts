import { z } from 'zod';
import { ImportRefusal, type ReadDraft } from './draft.ts';
import { ignoredFields, instantSchema, parseRecord } from './parseRecord.ts';

/** A user of `aws cognito-idp list-users`. Cognito gives no hashes away: its users begin with a reset. */
const schema = z.object({
  Username: z.string(),
  Attributes: z.array(z.object({ Name: z.string(), Value: z.string() })),
  Enabled: z.boolean().optional(),
  UserCreateDate: instantSchema.optional(),
});

const attributesRead = ['sub', 'email', 'email_verified'];

export const readCognito: ReadDraft = (record) => {
  const parsed = parseRecord(schema, record);
  const attributes = new Map(parsed.Attributes.map(({ Name, Value }) => [Name, Value]));
  const email = attributes.get('email');
  if (email === undefined) throw new ImportRefusal('invalid_record', 'Attributes: there is no address');
  const sub = z.uuid().toLowerCase().safeParse(attributes.get('sub'));
  return {
    sub: sub.data,
    email,
    emailVerified: attributes.get('email_verified') === 'true',
    disabled: parsed.Enabled === false,
    createdAt: parsed.UserCreateDate,
    ignored: [
      ...ignoredFields(record, schema.shape),
      ...[...attributes.keys()].filter((name) => !attributesRead.includes(name)),
    ],
  };
};
