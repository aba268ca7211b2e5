import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { MacKey } from './macKeyRing.ts';
import { subkey } from './subkey.ts';

/**
 * The owner of a sealed secret. It is the associated data of the encryption: a secret that is moved to another account
 * does not open.
 */
export interface SecretOwner {
  readonly sub: string;
  readonly id: string;
}

const cipher = 'aes-256-gcm';
const use = 'totp-secret';
const ivBytes = 12;
const tagBytes = 16;

/** `v1.kid.IV.ciphertext.tag` (AES-256-GCM, NIST SP 800-38D), each part in base64url. */
export function sealSecret(secret: string, owner: SecretOwner, key: MacKey): string {
  const iv = randomBytes(ivBytes);
  const encryption = createCipheriv(cipher, subkey(use, key.key), iv, { authTagLength: tagBytes });
  encryption.setAAD(associatedData(owner));
  const ciphertext = Buffer.concat([encryption.update(secret, 'utf8'), encryption.final()]);
  const parts = [iv, ciphertext, encryption.getAuthTag()].map((part) => part.toString('base64url'));
  return ['v1', key.kid, ...parts].join('.');
}

/**
 * The secret as it was sealed.
 *
 * @throws Error when the key is gone, or the text was changed or moved. It never returns a wrong secret.
 */
export async function openSecret(
  sealed: string,
  owner: SecretOwner,
  find: (kid: string) => Promise<MacKey | undefined>,
): Promise<string> {
  const [version, kid, iv, ciphertext, tag, ...rest] = sealed.split('.');
  if (version !== 'v1' || !kid || !iv || !ciphertext || !tag || rest.length > 0) throw new Error('no sealed secret');
  const key = await find(kid);
  if (!key) throw new Error('the key of a sealed secret is missing');
  const decryption = createDecipheriv(cipher, subkey(use, key.key), Buffer.from(iv, 'base64url'), {
    authTagLength: tagBytes,
  });
  decryption.setAAD(associatedData(owner));
  decryption.setAuthTag(Buffer.from(tag, 'base64url'));
  return Buffer.concat([decryption.update(Buffer.from(ciphertext, 'base64url')), decryption.final()]).toString('utf8');
}

function associatedData({ sub, id }: SecretOwner): Buffer {
  return Buffer.from(JSON.stringify([sub, id]), 'utf8');
}
