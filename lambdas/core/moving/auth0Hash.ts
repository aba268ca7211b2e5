import * as z from 'zod/mini';
import { fromBase64, fromHex } from '../hashes/encodings.ts';
import { ForeignHashError, fastDigestNames } from '../hashes/foreignHash.ts';
import { readHashForm } from '../hashes/hashForms.ts';
import { fastForm, type HashForm, scryptForm } from '../hashes/makeForm.ts';

const encodings = ['base64', 'hex', 'utf8'] as const;

/** The `custom_password_hash` of Auth0's bulk import. */
export const customHashSchema = z.object({
  algorithm: z.string(),
  hash: z.object({ value: z.string(), encoding: z.optional(z.enum(encodings)) }),
  salt: z.optional(
    z.object({
      value: z.string(),
      encoding: z._default(z.enum(encodings), 'utf8'),
      position: z._default(z.enum(['prefix', 'suffix']), 'prefix'),
    }),
  ),
  password: z.optional(z.object({ encoding: z.string() })),
  keylen: z.optional(z.int()),
  cost: z._default(z.int(), 16384),
  blockSize: z._default(z.int(), 8),
  parallelization: z._default(z.int(), 1),
});
type CustomHash = z.infer<typeof customHashSchema>;

/** @throws ForeignHashError for what is not taken: HMAC, MD4, and passwords that were hashed in another encoding. */
export function customHashForm(custom: CustomHash): HashForm {
  const { algorithm, hash, salt, password } = custom;
  if (password && !['utf8', 'ascii'].includes(password.encoding)) {
    throw new ForeignHashError('hash_unknown', 'a hash of a password that was not in UTF-8 is not read here');
  }
  const name = fastDigestNames.find((one) => one === algorithm);
  const saltBytes = salt ? bytesOf(salt.value, salt.encoding) : Buffer.alloc(0);
  if (name) {
    const place = salt?.position === 'suffix' ? 'after' : 'before';
    return fastForm(name, { key: bytesOf(hash.value, hash.encoding ?? 'hex'), [place]: saltBytes });
  }
  if (algorithm === 'scrypt') return scryptOf(custom, saltBytes);
  if (['argon2', 'bcrypt', 'pbkdf2', 'ldap'].includes(algorithm)) return readHashForm(hash.value);
  const known = /^[\w-]{1,40}$/.exec(algorithm)?.[0] ?? 'an algorithm of another name';
  throw new ForeignHashError('hash_unknown', `${known} in a custom_password_hash is not read here`);
}

function scryptOf({ hash, keylen, cost, blockSize, parallelization }: CustomHash, salt: Buffer | undefined): HashForm {
  const key = bytesOf(hash.value, hash.encoding ?? 'hex');
  const whole = keylen === undefined || key?.length === keylen;
  return scryptForm({
    N: `${cost}`,
    r: `${blockSize}`,
    p: `${parallelization}`,
    salt,
    key: whole ? key : undefined,
  });
}

function bytesOf(text: string, encoding: (typeof encodings)[number]): Buffer | undefined {
  if (encoding === 'utf8') return Buffer.from(text);
  return encoding === 'hex' ? fromHex(text) : fromBase64(text);
}
