import type { RefreshServer, ServerOptions } from '../refresh/server.ts';

export function oidcProvider(options: ServerOptions & { readonly jwk: object }): Promise<RefreshServer>;
