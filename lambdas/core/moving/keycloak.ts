import * as z from 'zod/mini';
import { unpadded } from '../hashes/encodings.ts';
import { ForeignHashError, type Pbkdf2Digest } from '../hashes/foreignHash.ts';
import { foreignForm, type HashForm, pbkdf2Form } from '../hashes/makeForm.ts';
import { ImportRefusal, type ReadDraft } from './draft.ts';
import { booleanSchema, draftHash, ignoredFields, instantSchema, parseRecord } from './parseRecord.ts';

const credentialSchema = z.object({
  type: z.string(),
  secretData: z.optional(z.string()),
  credentialData: z.optional(z.string()),
  /** Before Keycloak 8, instead of the two. */
  hashedSaltedValue: z.optional(z.string()),
  salt: z.optional(z.string()),
  hashIterations: z.optional(z.int()),
  algorithm: z.optional(z.string()),
  /** What an import of Keycloak may have instead: the password itself. */
  value: z.optional(z.string()),
});
type Credential = z.infer<typeof credentialSchema>;

/** A user of a Keycloak realm export. The REST API leaves credentials out, and `totp` says whether there is one. */
const schema = z.object({
  id: z.optional(z.string().check(z.minLength(1), z.maxLength(256))),
  email: z.string({ error: 'there is no address' }),
  emailVerified: z.optional(booleanSchema),
  enabled: z.optional(booleanSchema),
  createdTimestamp: z.optional(instantSchema),
  totp: z.optional(booleanSchema),
  credentials: z.optional(z.array(credentialSchema)),
});

export const keycloakFields: readonly string[] = Object.keys(schema.shape);

const parameter = z.array(z.string()).check(z.length(1));
const secretSchema = z.object({ value: z.base64(), salt: z.base64() });
const algorithmSchema = z.object({
  algorithm: z.string(),
  hashIterations: z.int(),
  additionalParameters: z._default(
    z.partial(z.object({ type: parameter, version: parameter, memory: parameter, parallelism: parameter })),
    {},
  ),
});

const digests: Readonly<Record<string, Pbkdf2Digest>> = {
  pbkdf2: 'sha1',
  'pbkdf2-sha256': 'sha256',
  'pbkdf2-sha512': 'sha512',
};

/** The password, and those before it, which nobody may choose again. */
const noFactors = ['password', 'password-history'];

export const readKeycloak: ReadDraft = (record) => {
  const parsed = parseRecord(schema, record);
  const { credentials = [] } = parsed;
  const password = credentials.find(({ type }) => type === 'password');
  const sub = z.uuid().check(z.toLowerCase()).safeParse(parsed.id);
  return {
    sub: sub.data,
    sourceId: parsed.id && `keycloak:${parsed.id}`,
    email: parsed.email,
    emailVerified: parsed.emailVerified,
    ...draftHash(() => password && passwordForm(password)),
    disabled: parsed.enabled === false,
    createdAt: parsed.createdTimestamp,
    factors: factorsOf(parsed),
    ignored: ignoredFields(record, schema.shape),
  };
};

function factorsOf({ credentials, totp }: z.infer<typeof schema>): readonly string[] | undefined {
  const types = credentials?.map(({ type }) => type).filter((type) => !noFactors.includes(type)) ?? [];
  const all = new Set([...types, ...(totp && !types.includes('otp') ? ['otp'] : [])]);
  return all.size > 0 || credentials || totp !== undefined ? [...all] : undefined;
}

function passwordForm(password: Credential): HashForm {
  const { hashedSaltedValue: value, salt, hashIterations, algorithm = 'pbkdf2', secretData } = password;
  if (secretData === undefined && password.value !== undefined) {
    throw new ForeignHashError('hash_unknown', 'a password in plain text is not read here');
  }
  if (value !== undefined) return credentialForm({ value, salt }, { hashIterations, algorithm });
  return credentialForm(json(secretData), json(password.credentialData));
}

function credentialForm(secretData: unknown, credentialData: unknown): HashForm {
  const secret = parseRecord(secretSchema, secretData);
  const { algorithm, hashIterations, additionalParameters: more } = parseRecord(algorithmSchema, credentialData);
  const [salt, key] = [Buffer.from(secret.salt, 'base64'), Buffer.from(secret.value, 'base64')];
  const digest = digests[algorithm];
  if (digest) return pbkdf2Form({ digest, rounds: `${hashIterations}`, salt, key });
  if (algorithm !== 'argon2') {
    const name = /^[\w-]{1,40}$/.exec(algorithm)?.[0] ?? 'an algorithm of another name';
    throw new ForeignHashError('hash_unknown', `${name} of Keycloak is not read here`);
  }
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
