import type { RequestListener } from 'node:http';

/** A server that exchanges refresh tokens, and what a client has to know of it. */
export interface RefreshServer {
  readonly listener: RequestListener;
  readonly path: string;
  /** How a token is sent: as JSON, or as a form (RFC 6749 §6) with these fields beside it. */
  readonly body: 'json' | { readonly form: Readonly<Record<string, string>> };
  /** A first refresh token of each session. */
  readonly tokens: readonly string[];
}

export interface ServerOptions {
  /** How long the storage takes to answer a call. */
  readonly delayMs: number;
  readonly algorithm: 'RS256' | 'ES256';
  readonly sessions: number;
}
