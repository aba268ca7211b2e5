import { type Endpoint, json } from '../http/http.ts';

/** Deps: the published keys as a JSON Web Key Set (RFC 7517 §5), and how long a verifier may keep it. */
export interface JwksDeps {
  readonly publishedKeys: { read(): Promise<{ readonly keys: readonly object[] }> };
  readonly keyCacheSeconds: number;
}

export function jwks({ publishedKeys, keyCacheSeconds }: JwksDeps): Endpoint<'jwks'> {
  return async () => {
    const { keys } = await publishedKeys.read();
    return json(200, { keys }, { 'cache-control': `public, max-age=${keyCacheSeconds}` });
  };
}
