import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts/account.ts';
import type { MacKey } from '../keys/macKeyRing.ts';
import { type FindMacKey, makeMacToken, openMacToken } from '../keys/macToken.ts';

const challengeTtlSeconds = 300;

/**
 * What an authenticator is asked to sign for: to enrol it (bound to subject and session), after a password (bound to
 * the account as it was then, and to the `mfa_token`), or to sign in or step up with it alone (bound to nothing: nobody
 * is known yet).
 */
export type MadeFor =
  | { readonly purpose: 'enrolment'; readonly sub: string; readonly sid: string }
  | (AfterPassword & { readonly mfaTokenId: string })
  | { readonly purpose: 'alone' };

interface AfterPassword extends Pick<Account, 'sub' | 'credentialsChangedAt'> {
  readonly purpose: 'after-password';
}

/** The same, or after the account's password, whichever `mfa_token` proves that. */
export type ChallengePurpose = MadeFor | AfterPassword;

export interface Challenge {
  /** 128 random bits, base64url. The store remembers by it that the challenge was used. */
  readonly id: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** A challenge (WebAuthn Level 3 §13.4.3) that its MAC proves: making one writes nothing, only its use is stored. */
export function makeChallenge(purpose: MadeFor, nowSeconds: number, key: MacKey): Buffer<ArrayBuffer> {
  const id = randomBytes(16).toString('base64url');
  const fields = purpose.purpose === 'after-password' ? [id, purpose.mfaTokenId] : [id];
  return Buffer.from(makeMacToken(scopeOf(purpose), fields, nowSeconds + challengeTtlSeconds, key), 'utf8');
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
  const { purpose, nowSeconds, find } = options;
  const opened = await openMacToken(token, { ...scopeOf(purpose), nowSeconds, find });
  const [id, mfaTokenId] = opened?.fields ?? [];
  if (opened && id && (!('mfaTokenId' in purpose) || purpose.mfaTokenId === mfaTokenId)) {
    return { id, expiresAt: opened.expiresAt };
  }
  return 'mfaTokenId' in purpose ? openEarlierChallenge(token, purpose.mfaTokenId, { nowSeconds, find }) : undefined;
}

/** One that the release before made after a password, within the last minutes: bound to the `mfa_token` alone. */
async function openEarlierChallenge(
  token: string,
  mfaTokenId: string,
  options: { readonly nowSeconds: number; readonly find: FindMacKey },
): Promise<Challenge | undefined> {
  const use = 'webauthn-challenge/second-factor';
  const opened = await openMacToken(token, { use, boundTo: mfaTokenId, ...options });
  const [id] = opened?.fields ?? [];
  return opened && id ? { id, expiresAt: opened.expiresAt } : undefined;
}

function scopeOf(purpose: ChallengePurpose) {
  const use = `webauthn-challenge/${purpose.purpose}` as const;
  switch (purpose.purpose) {
    case 'enrolment':
      return { use, boundTo: `${purpose.sub}.${purpose.sid}` };
    case 'after-password':
      return { use, boundTo: `${purpose.sub}.${purpose.credentialsChangedAt}` };
    case 'alone':
      return { use, boundTo: '' };
  }
}
