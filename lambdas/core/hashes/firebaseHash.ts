import { fromBase64, unpadded } from './encodings.ts';
import type { FirebaseParameters } from './firebaseParameters.ts';
import { ForeignHashError } from './foreignHash.ts';
import { foreignForm, type HashForm } from './makeForm.ts';

/** Base64 of `REDACTED`: what stands in place of a hash for whoever may not read hashes. */
const redacted = /^UkVEQUNURUQ=?$/;

/**
 * A hash of `firebase auth:export`, in its stored form. Firebase encrypts the signer key with the derived key, in
 * counter mode. We XOR the signer key out again and store the key stream: it serves as well for comparing, and the
 * project's secret stays out of the table.
 *
 * @param input base64, with either alphabet
 * @throws ForeignHashError for what is no such hash, or when its cost is out of bounds.
 */
export function firebaseForm(
  input: { readonly passwordHash: string; readonly salt: string },
  parameters: FirebaseParameters,
): HashForm {
  const [hash, salt] = [fromBase64(input.passwordHash), input.salt === '' ? Buffer.alloc(0) : fromBase64(input.salt)];
  const signerKey = Buffer.from(parameters.base64_signer_key, 'base64');
  if (hash?.length !== signerKey.length || !salt) {
    throw new ForeignHashError('hash_unknown', 'this Firebase hash is not as long as the signer key, or no base64');
  }
  const separator = Buffer.from(parameters.base64_salt_separator, 'base64');
  const stream = Buffer.from(hash.map((byte, index) => byte ^ signerKey.readUInt8(index)));
  const cost = `ln=${parameters.mem_cost},r=${parameters.rounds},p=1`;
  return foreignForm(`$firebase-scrypt$${cost}$${unpadded(Buffer.concat([salt, separator]))}$${unpadded(stream)}`);
}

/** Whether the hash was withheld from the export. */
export function isRedacted(passwordHash: string): boolean {
  return redacted.test(passwordHash);
}
