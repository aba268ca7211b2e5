import { createCommonPasswords } from '../../clients/passwords/commonPasswords.ts';
import { loadArgon2 } from '../../clients/passwords/nativeArgon2.ts';
import { createPasswordHasher, type PasswordHasherOptions } from '../../clients/passwords/passwordHasher.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { createPasswordPolicy, type PasswordPolicy } from '../../core/passwords/passwordPolicy.ts';
import type { PasswordHasher } from '../../core/passwords/ports.ts';
import type { EnvironmentOf } from '../../manifest/environment.ts';

/** The hasher of a Lambda, under the deployment's pepper. */
export function passwordHasher(
  { passwordPepper: applies }: Pick<EnvironmentOf<'signIn'>, 'passwordPepper'>,
  options: { readonly credentialKeys: MacKeys } & Pick<PasswordHasherOptions, 'foreign'>,
): PasswordHasher {
  // What goes wrong here, the first password tells.
  setImmediate(() => loadArgon2().catch(() => {}));
  const { credentialKeys: keys, ...rest } = options;
  return createPasswordHasher({ ...rest, pepper: { keys, applies } });
}

/** The policy of a Lambda beside whose bundle the filter of common passwords lies. */
export function passwordPolicy({
  passwordMinimumLength: minimumLength,
  commonPasswordsFile,
}: Pick<EnvironmentOf<'registration'>, 'passwordMinimumLength' | 'commonPasswordsFile'>): PasswordPolicy {
  const commonPasswords = createCommonPasswords(new URL(commonPasswordsFile, import.meta.url));
  return createPasswordPolicy({ minimumLength, commonPasswords });
}
