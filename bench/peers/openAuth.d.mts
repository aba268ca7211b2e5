import type { RefreshServer, ServerOptions } from '../refresh/server.ts';

export function openAuth(options: ServerOptions): Promise<RefreshServer>;
