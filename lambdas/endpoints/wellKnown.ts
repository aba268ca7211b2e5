import { type Clock, epochSeconds } from '../core/common/clock.ts';
import type { PublishedKeys } from '../core/keys/ports.ts';
import { keysInForce } from '../core/keys/publishedKeySet.ts';
import { type Endpoint, json } from '../http/endpoint.ts';

/**
 * Whether the API answers. It touches no store: whatever watches it must not restart the API for a dependency's fault.
 */
export function health(deps: { readonly version: string }): Endpoint<'health'> {
  return async () => json(200, { status: 'ok', version: deps.version }, { 'cache-control': 'no-cache' });
}

export interface JwksDeps {
  readonly publishedKeys: PublishedKeys;
  /** How long a verifier may keep them, unless one is dropped before. */
  readonly keyCacheSeconds: number;
  readonly clock: Clock;
}

/** Answers the published keys that are in force as a JSON Web Key Set (RFC 7517 §5). */
export function jwks({ publishedKeys, keyCacheSeconds, clock }: JwksDeps) {
  return async () => {
    const set = await publishedKeys.read();
    const now = epochSeconds(clock);
    const keys = keysInForce(set, now);
    const untilDropped = keys.map(({ kid }) => (set.dropAt[kid] ?? Number.POSITIVE_INFINITY) - now);
    const maxAge = Math.min(keyCacheSeconds, ...untilDropped);
    return json(200, { keys }, { 'cache-control': `public, max-age=${maxAge}` });
  };
}
