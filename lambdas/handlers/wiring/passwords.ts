import { createCommonPasswords } from '../../clients/passwords/commonPasswords.ts';
import { createPasswordHasher, type PasswordHasherOptions } from '../../clients/passwords/passwordHasher.ts';
import { type EnvironmentOf, flag, wholeNumber } from '../../config.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { createPasswordPolicy, type PasswordPolicy } from '../../core/passwords/passwordPolicy.ts';
import type { PasswordHasher } from '../../core/passwords/ports.ts';

/** The hasher of a Lambda, under the deployment's pepper. */
export function passwordHasher(
  env: Pick<EnvironmentOf<'signIn'>, 'PASSWORD_PEPPER'>,
  options: { readonly credentialKeys: MacKeys } & Pick<PasswordHasherOptions, 'foreign'>,
): PasswordHasher {
  const { credentialKeys: keys, ...rest } = options;
  return createPasswordHasher({ ...rest, pepper: { keys, applies: flag(env.PASSWORD_PEPPER) } });
}

/** The policy of a Lambda beside whose bundle the filter of common passwords lies. */
export function passwordPolicy(
  env: Pick<EnvironmentOf<'registration'>, 'PASSWORD_MINIMUM_LENGTH' | 'COMMON_PASSWORDS_FILE'>,
): PasswordPolicy {
  return createPasswordPolicy({
    minimumLength: wholeNumber(env.PASSWORD_MINIMUM_LENGTH),
    commonPasswords: createCommonPasswords(new URL(env.COMMON_PASSWORDS_FILE, import.meta.url)),
  });
}
