import type { Credentials } from './signature.ts';

/* Takes the place of `@aws-sdk/credential-provider-node` in bundles. */

/**
 * The credentials that Lambda sets for a function, for as long as its environment lives.
 *
 * @throws Error where they are not set.
 */
export function environmentCredentials(): Credentials {
  const { AWS_SESSION_TOKEN: sessionToken } = process.env;
  return {
    accessKeyId: variable('AWS_ACCESS_KEY_ID'),
    secretAccessKey: variable('AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken && { sessionToken }),
  };
}

/** As the SDK asks for a provider. */
export const defaultProvider = () => async () => environmentCredentials();

/** @throws Error where the variable is not set. */
export function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}
