import { generatePrivateJwk } from '../../lambdas/core/keys/jwk.ts';
import { withVersion } from '../common/versions.ts';
import { oidcProvider } from '../peers/oidcProvider.mjs';
import { ourServer } from './ours.ts';
import type { RefreshServer, ServerOptions } from './server.ts';
import { signingServer } from './signingFloor.ts';

export const ours = 'Gatehouse';
export const floor = 'a server that only signs';
export const oidc = withVersion('oidc-provider');

/** Everybody who exchanges refresh tokens, as a server. */
export const servers: Readonly<Record<string, (options: ServerOptions) => Promise<RefreshServer>>> = {
  [ours]: ourServer,
  [floor]: signingServer,
  [oidc]: async (options) => oidcProvider({ ...options, jwk: await generatePrivateJwk(options.algorithm) }),
};
