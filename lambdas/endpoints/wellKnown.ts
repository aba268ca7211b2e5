import type { PublishedKeys } from '../core/keys/ports.ts';
import { type Endpoint, json } from '../http/endpoint.ts';

/**
 * Whether the API answers. It touches no store: whatever watches it must not restart the API for a dependency's fault.
 */
export function health(deps: { readonly version: string }): Endpoint<'health'> {
  return async () => json(200, { status: 'ok', version: deps.version }, { 'cache-control': 'no-cache' });
}

export interface JwksDeps {
  readonly publishedKeys: PublishedKeys;
  /** How long a verifier may keep them. */
  readonly keyCacheSeconds: number;
}

/** Answers the published keys as a JSON Web Key Set (RFC 7517 §5). */
export function jwks({ publishedKeys, keyCacheSeconds }: JwksDeps): Endpoint<'jwks'> {
  return async () => {
    const { keys } = await publishedKeys.read();
    return json(200, { keys }, { 'cache-control': `public, max-age=${keyCacheSeconds}` });
  };
}
