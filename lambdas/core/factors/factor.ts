import { createHash } from 'node:crypto';
import type { FactorMethod } from '../accounts/account.ts';

interface FactorBase {
  readonly sub: string;
  /** 22 characters of base64url; unique within the subject. */
  readonly id: string;
  readonly name: string;
  /** Epoch seconds. */
  readonly createdAt: number;
  /**
   * The account's `credentialsChangedAt` that its addition made; undefined until it is stored, and for a factor of the
   * release before. It orders the additions among an account's other changes, whichever clocks they were made by.
   */
  readonly since?: number | undefined;
}

/** An authenticator app. */
export interface TotpFactor extends FactorBase {
  readonly type: 'totp';
  readonly sealedSecret: string;
  /** The last time step that was used: codes of it and of those before are spent. */
  readonly lastStep: number;
}

/** A passkey or security key: what WebAuthn Level 3 §4 calls a credential record. */
export interface PasskeyFactor extends FactorBase {
  readonly type: 'webauthn';
  /** base64url. */
  readonly credentialId: string;
  /** COSE_Key (RFC 9052 §7), base64url. */
  readonly publicKey: string;
  /** How often the authenticator says it has signed; 0 for ever where it does not count. */
  readonly counter: number;
  readonly transports: readonly string[];
}

/** A factor of a kind that only a later release knows. Nobody can use it here, and the account has it all the same. */
export interface UnknownFactor extends FactorBase {
  readonly type: 'unknown';
  readonly kind: string;
}

export type KnownFactor = TotpFactor | PasskeyFactor;
export type Factor = KnownFactor | UnknownFactor;

/** All factors of a subject, as one consistent read saw them. */
export interface FactorSet {
  readonly factors: readonly Factor[];
  /** The hashes of those that are not used yet. */
  readonly recoveryCodes: ReadonlySet<string>;
  /** As a factor's `since`. */
  readonly recoveryCodesSince?: number | undefined;
  /** Counts the changes of the set, so that a change applies only to the set that was read; 0 before the first. */
  readonly revision: number;
}

/**
 * When a factor came, on the scale of the account's `credentialsChangedAt`. One of a release that did not note it came
 * when it was made, which is never later than what its addition made of `credentialsChangedAt`.
 */
export function factorSince({ since, createdAt }: Pick<Factor, 'since' | 'createdAt'>): number {
  return since ?? createdAt;
}

/** When the recovery codes came, likewise: at the earliest with the newest authenticator app, which brings new ones. */
export function recoveryCodesSince({ factors, recoveryCodesSince: since = 0 }: FactorSet): number {
  return Math.max(since, ...factors.filter(({ type }) => type === 'totp').map(factorSince));
}

/** How many a subject may have of each kind. Each further authenticator app makes codes easier to guess. */
export const maxFactors: Readonly<Record<FactorMethod, number>> = { totp: 2, webauthn: 10 };

/** The kinds there are in a set, also those that only a later release knows. */
export function methodsOf(factors: readonly Factor[]): readonly string[] {
  return [...new Set(factors.map((factor) => (factor.type === 'unknown' ? factor.kind : factor.type)))].sort();
}

/** The factors whose kinds this release knows. */
export function knownFactors(factors: readonly Factor[]): readonly KnownFactor[] {
  return factors.filter((factor) => factor.type !== 'unknown');
}

/** A credential that an authenticator may use, or must not make again. */
export interface CredentialDescriptor {
  /** base64url. */
  readonly id: string;
  readonly transports: readonly string[];
}

export function isPasskey(factor: Factor): factor is PasskeyFactor {
  return factor.type === 'webauthn';
}

export function descriptorOf({ credentialId, transports }: PasskeyFactor): CredentialDescriptor {
  return { id: credentialId, transports };
}

/** The id of a passkey, from its credential's: the same credential cannot be enrolled twice. */
export function passkeyId(credentialId: string): string {
  return createHash('sha256')
    .update(Buffer.from(credentialId, 'base64url'))
    .digest()
    .subarray(0, 16)
    .toString('base64url');
}

/**
 * Whether a signature counter may follow the one before (WebAuthn Level 3 §6.1.1). One that does not grow belongs to a
 * copy of the authenticator, or to the original after its copy was used.
 */
export function counterAdvances(before: number, now: number): boolean {
  return now > before || (now === 0 && before === 0);
}
