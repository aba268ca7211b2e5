import { randomBytes } from 'node:crypto';

/** The first-party client: the issuer's own sign-in API. */
export const firstPartyClientId = 'gatehouse';
export const firstPartyScope = 'account';

/** How a session's refresh token is handed over: fixed at the sign-in, for the session's life. */
export const deliveries = ['body', 'cookie'] as const;
export type Delivery = (typeof deliveries)[number];

/** One sign-in of one subject on one device, and its refresh family. */
export interface Session {
  readonly sub: string;
  readonly sid: string;
  readonly clientId: string;
  readonly status: 'active' | 'revoked';
  /** Counts rotations; the refresh token in use carries the same number. */
  readonly generation: number;
  /** SHA-256 of the session secret, base64url. */
  readonly secretHash: string;
  readonly delivery: Delivery;
  /** SHA-256 of the session cookie's secret, base64url; undefined for a session that has no cookie. */
  readonly cookieHash: string | undefined;
  /** The MAC key this session keeps for life. */
  readonly refreshKid: string;
  /** The account's session epoch at sign-in; a session of an older epoch is dead. */
  readonly epoch: number;
  readonly scope: string;
  readonly amr: readonly string[];
  readonly acr: string;
  /** Epoch seconds. */
  readonly authTime: number;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly idleExpiresAt: number;
  readonly absoluteExpiresAt: number;
  /** Epoch milliseconds, since the retry window is counted from it. */
  readonly rotatedAtMs: number;
  readonly ip: string;
  readonly userAgent: string;
  /** Undefined for a session that began in the release before. */
  readonly device: SessionDevice | undefined;
}

/** The device that a session began on. */
export interface SessionDevice {
  /** SHA-256 of its id, base64url: the id itself stands in its token alone. */
  readonly hash: string;
  /** Whether the account knew it then. */
  readonly known: boolean;
  /** Epoch seconds since when; undefined for a session of a release that did not note it. */
  readonly knownAt?: number | undefined;
}

/** The hash of a secret whose holder may end the session: it must be the session's own. */
export type SessionProof = { readonly secretHash: string } | { readonly cookieHash: string };

const randomPartLength = 22;

/**
 * A new `sid`: 128 random bits in base64url, then the account's session epoch in base 36. The epoch is inside, so that
 * a rotation can compare it with the account's in its one transaction, without reading the session first.
 */
export function newSessionId(epoch: number): string {
  return randomBytes(16).toString('base64url') + epoch.toString(36);
}

/** The session epoch inside a `sid`, or undefined when the text is none. */
export function sessionEpochOf(sid: string): number | undefined {
  if (!/^[A-Za-z0-9_-]{22}[0-9a-z]{1,8}$/.test(sid)) return undefined;
  const text = sid.slice(randomPartLength);
  const epoch = Number.parseInt(text, 36);
  return epoch.toString(36) === text ? epoch : undefined;
}

/** Whether a session is still valid by its own item. The account may say otherwise. */
export function isLive(session: Session, nowSeconds: number): boolean {
  return session.status === 'active' && session.idleExpiresAt > nowSeconds && session.absoluteExpiresAt > nowSeconds;
}
