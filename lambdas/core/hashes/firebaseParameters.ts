import * as z from 'zod/mini';

/**
 * The console's "password hash parameters" of a Firebase project: base64 and whole numbers, by the names it gives them.
 */
const schema = z.object({
  algorithm: z.optional(z.literal('SCRYPT')),
  base64_signer_key: z.base64().check(z.minLength(1)),
  base64_salt_separator: z.base64(),
  rounds: z.coerce.number().check(z.int(), z.positive()),
  mem_cost: z.coerce.number().check(z.int(), z.positive()),
});
export type FirebaseParameters = z.infer<typeof schema>;

/** What Identity Platform's `projects.getConfig` calls them. */
const otherNames: Readonly<Record<string, string>> = {
  signerKey: 'base64_signer_key',
  saltSeparator: 'base64_salt_separator',
  memoryCost: 'mem_cost',
};

/**
 * Reads the parameters as the console shows them (`hash_config { rounds: 8, … }`), or the same as JSON.
 *
 * @returns undefined for any other text, and for another algorithm than Firebase's scrypt.
 */
export function parseFirebaseParameters(text: string): FirebaseParameters | undefined {
  const members = /["']?([A-Za-z][\w]*)["']?\s*[:=]\s*["']?([A-Za-z0-9+/_-]+=*)["']?/g;
  const found = [...text.matchAll(members)].map(([, name = '', value = '']) => [otherNames[name] ?? name, value]);
  return schema.safeParse(Object.fromEntries(found)).data;
}
