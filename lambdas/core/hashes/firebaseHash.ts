import { z } from 'zod';
import { ForeignHashError } from './foreignHash.ts';
import { foreignForm, type HashForm, unpadded } from './hashForms.ts';

/**
 * The console's "password hash parameters" of a Firebase project: base64 and whole numbers, by the names it gives them.
 */
export const firebaseParametersSchema = z.object({
  base64_signer_key: z.base64(),
  base64_salt_separator: z.base64(),
  rounds: z.int().positive(),
  mem_cost: z.int().positive(),
});
export type FirebaseParameters = z.infer<typeof firebaseParametersSchema>;

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
  const hash = Buffer.from(input.passwordHash, 'base64');
  const signerKey = Buffer.from(parameters.base64_signer_key, 'base64');
  if (hash.length !== signerKey.length) {
    throw new ForeignHashError('hash_unknown', 'this Firebase hash is not as long as the signer key');
  }
  const separator = Buffer.from(parameters.base64_salt_separator, 'base64');
  const salt = Buffer.concat([Buffer.from(input.salt, 'base64'), separator]);
  const stream = Buffer.from(hash.map((byte, index) => byte ^ signerKey.readUInt8(index)));
  const cost = `ln=${parameters.mem_cost},r=${parameters.rounds},p=1`;
  return foreignForm(`$firebase-scrypt$${cost}$${unpadded(salt)}$${unpadded(stream)}`);
}
