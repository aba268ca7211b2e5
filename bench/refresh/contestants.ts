import { generatePrivateJwk } from '../../lambdas/core/keys/jwk.ts';
import { withVersion } from '../common/versions.ts';
import { oidcProvider } from '../peers/oidcProvider.mjs';
import { openAuth } from '../peers/openAuth.mjs';
import { ourServer } from './ours.ts';
import type { RefreshServer, ServerOptions } from './server.ts';
import { signingServer } from './signingFloor.ts';

export const ours = 'Gatehouse';
export const floor = 'a server that only signs';
export const oidc = withVersion('oidc-provider');

const open = withVersion('@openauthjs/openauth');

/** Who exchanges refresh tokens and signs access tokens with an algorithm. */
export function namesFor(algorithm: ServerOptions['algorithm']): readonly string[] {
  return Object.keys(servers).filter((name) => algorithm === 'ES256' || name !== open);
}

/** Everybody, as a server. */
export const servers: Readonly<Record<string, (options: ServerOptions) => Promise<RefreshServer>>> = {
  [ours]: ourServer,
  [floor]: signingServer,
  [open]: openAuth,
  [oidc]: async (options) => oidcProvider({ ...options, jwk: await generatePrivateJwk(options.algorithm) }),
};
