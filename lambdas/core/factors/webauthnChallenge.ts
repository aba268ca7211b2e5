import { randomBytes } from 'node:crypto';
import type { MacKey } from '../keys/macKeyRing.ts';
import { type FindMacKey, makeMacToken, openMacToken } from '../keys/macToken.ts';

const challengeTtlSeconds = 300;

/**
 * What an authenticator is asked to sign for: to enrol it (bound to subject and session), as a second factor (bound to
 * the `mfa_token`), or to sign in or step up with it alone (bound to nothing: nobody is known yet).
 */
export type ChallengePurpose =
  | { readonly purpose: 'enrolment'; readonly sub: string; readonly sid: string }
  | { readonly purpose: 'second-factor'; readonly mfaTokenId: string }
  | { readonly purpose: 'alone' };

export interface Challenge {
  /** 128 random bits, base64url. The store remembers by it that the challenge was used. */
  readonly id: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** A challenge (WebAuthn Level 3 §13.4.3) that its MAC proves: making one writes nothing, only its use is stored. */
export function makeChallenge(purpose: ChallengePurpose, nowSeconds: number, key: MacKey): Buffer<ArrayBuffer> {
  const id = randomBytes(16).toString('base64url');
  return Buffer.from(makeMacToken(scopeOf(purpose), [id], nowSeconds + challengeTtlSeconds, key), 'utf8');
}

/**
 * The challenge that an authenticator signed, if it was made here for this purpose and has not expired.
 *
 * @param challenge base64url, as in the client data
 */
export async function openChallenge(
  challenge: string,
  options: {
    readonly purpose: ChallengePurpose;
    readonly nowSeconds: number;
    readonly find: FindMacKey;
  },
): Promise<Challenge | undefined> {
  const token = Buffer.from(challenge, 'base64url').toString('utf8');
  const { nowSeconds, find } = options;
  const opened = await openMacToken(token, { ...scopeOf(options.purpose), nowSeconds, find });
  const [id] = opened?.fields ?? [];
  return opened && id ? { id, expiresAt: opened.expiresAt } : undefined;
}

function scopeOf(purpose: ChallengePurpose) {
  const use = `webauthn-challenge/${purpose.purpose}` as const;
  switch (purpose.purpose) {
    case 'enrolment':
      return { use, boundTo: `${purpose.sub}.${purpose.sid}` };
    case 'second-factor':
      return { use, boundTo: purpose.mfaTokenId };
    case 'alone':
      return { use, boundTo: '' };
  }
}
