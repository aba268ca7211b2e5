import { z } from 'zod';
import { ForeignHashError, type Pbkdf2Digest } from '../hashes/foreignHash.ts';
import { foreignForm, type HashForm, pbkdf2Form, unpadded } from '../hashes/hashForms.ts';
import { ImportRefusal, type ReadDraft } from './draft.ts';
import { hashOf, ignoredFields, instantSchema, parseRecord } from './parseRecord.ts';

/** A user of a Keycloak realm export. */
const schema = z.object({
  id: z.string().min(1).max(256).optional(),
  email: z.string({ error: 'there is no address' }),
  emailVerified: z.boolean().optional(),
  enabled: z.boolean().optional(),
  createdTimestamp: instantSchema.optional(),
  credentials: z
    .array(z.object({ type: z.string(), secretData: z.string().optional(), credentialData: z.string().optional() }))
    .default([]),
});

const parameter = z.array(z.string()).length(1);
const secretSchema = z.object({ value: z.base64(), salt: z.base64() });
const algorithmSchema = z.object({
  algorithm: z.string(),
  hashIterations: z.int(),
  additionalParameters: z
    .object({ type: parameter, version: parameter, memory: parameter, parallelism: parameter })
    .partial()
    .default({}),
});

const digests: Readonly<Record<string, Pbkdf2Digest>> = {
  pbkdf2: 'sha1',
  'pbkdf2-sha256': 'sha256',
  'pbkdf2-sha512': 'sha512',
};

export const readKeycloak: ReadDraft = (record) => {
  const parsed = parseRecord(schema, record);
  const password = parsed.credentials.find(({ type }) => type === 'password');
  const others = parsed.credentials.filter(({ type }) => type !== 'password').map(({ type }) => type);
  const sub = z.uuid().toLowerCase().safeParse(parsed.id);
  return {
    sub: sub.data,
    sourceId: parsed.id && `keycloak:${parsed.id}`,
    email: parsed.email,
    emailVerified: parsed.emailVerified,
    hash: password && hashOf(() => credentialForm(json(password.secretData), json(password.credentialData))),
    disabled: parsed.enabled === false,
    createdAt: parsed.createdTimestamp,
    factors: others,
    ignored: ignoredFields(record, schema.shape),
  };
};

function credentialForm(secretData: unknown, credentialData: unknown): HashForm {
  const secret = parseRecord(secretSchema, secretData);
  const { algorithm, hashIterations, additionalParameters: more } = parseRecord(algorithmSchema, credentialData);
  const [salt, key] = [Buffer.from(secret.salt, 'base64'), Buffer.from(secret.value, 'base64')];
  const digest = digests[algorithm];
  if (digest) return pbkdf2Form({ digest, rounds: `${hashIterations}`, salt, key });
  if (algorithm !== 'argon2') throw new ForeignHashError('hash_unknown', 'this algorithm is not known here');
  const version = more.version?.[0] === '1.0' ? 16 : 19;
  const cost = `m=${more.memory?.[0]},t=${hashIterations},p=${more.parallelism?.[0]}`;
  return foreignForm(`$argon2${more.type?.[0]}$v=${version}$${cost}$${unpadded(salt)}$${unpadded(key)}`);
}

function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '{}');
  } catch {
    throw new ImportRefusal('invalid_record', 'credentials: the data of the password are no JSON');
  }
}
