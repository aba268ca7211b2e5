import { createCommonPasswords } from '../clients/commonPasswords.ts';
import { createPasswordHasher, type PasswordHasher, type PasswordHasherOptions } from '../clients/passwordHasher.ts';
import { type EnvironmentOf, flag, seconds, wholeNumber } from '../config.ts';
import type { Clock } from '../core/clock.ts';
import { createPasswordPolicy, type PasswordPolicy } from '../core/passwordPolicy.ts';
import { createMacKeys } from '../stores/macKeys.ts';

/** The hasher of a Lambda, under the deployment's pepper. */
export function passwordHasher(
  env: Pick<EnvironmentOf<'signIn'>, 'CREDENTIAL_KEYS_SECRET' | 'PASSWORD_PEPPER' | 'KEY_CACHE_SECONDS'>,
  options: { readonly clock: Clock } & Pick<PasswordHasherOptions, 'foreign'>,
): PasswordHasher {
  const { clock, ...rest } = options;
  const cacheSeconds = seconds(env.KEY_CACHE_SECONDS);
  const keys = createMacKeys({ secretId: env.CREDENTIAL_KEYS_SECRET, cacheSeconds, clock });
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
