import type { TokenSettings } from '../../core/sessions/issuedTokens.ts';
import type { RevocationLifetime } from '../../stores/items/revocationItems.ts';

/** How long a revocation has to be kept: of an environment nothing else. */
export function revocationLifetime(env: RevocationLifetime): RevocationLifetime {
  const { accessTokenTtlSeconds, clockLeewaySeconds } = env;
  return { accessTokenTtlSeconds, clockLeewaySeconds };
}

/** What tokens are issued by: of an environment nothing else. */
export function tokenSettings(env: TokenSettings): TokenSettings {
  const { issuer, audience, accessTokenTtlSeconds, refreshIdleTtlSeconds, refreshAbsoluteTtlSeconds } = env;
  return { issuer, audience, accessTokenTtlSeconds, refreshIdleTtlSeconds, refreshAbsoluteTtlSeconds };
}
