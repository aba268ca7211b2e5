import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { Assertion, Attestation } from '../../contract/webauthn.ts';
import type { Account } from '../accounts/account.ts';
import type { MailJob } from '../mail/mailJob.ts';
import type { PairChange, StartOutcome } from '../sessions/devicePair.ts';
import type { Session } from '../sessions/session.ts';
import type { CredentialDescriptor, FactorSet, KnownFactor, PasskeyFactor } from './factor.ts';
import type { FactorUse, SingleUse } from './factorUse.ts';
import type { TotpEnrolment } from './totpEnrolment.ts';

export interface Factors {
  /**
   * All factors of a subject, consistent, in one query: there are a dozen at most.
   *
   * @throws ProblemError `unavailable`.
   */
  read(sub: string): Promise<FactorSet>;
}

/** Enrolments of authenticator apps that wait for their first code. Each method throws ProblemError `unavailable`. */
export interface TotpEnrolments {
  /** Keeps an enrolment; the newest of a subject replaces the one before. */
  begin(sub: string, enrolment: TotpEnrolment): Promise<void>;
  /** The enrolment that was begun last; consistent. */
  find(sub: string): Promise<TotpEnrolment | undefined>;
}

/** A change of the set of factors that was read at `revision`. */
export interface FactorSetChange {
  readonly sub: string;
  /** The account's address. */
  readonly normalizedEmail: string;
  /** The session that makes the change. */
  readonly sid: string;
  /** The account's epoch as it was read: after a sign-out everywhere the change no longer holds. */
  readonly sessionEpoch: number;
  readonly credentialsChangedAt: number;
  readonly revision: number;
  /** The kinds of factor that there are after the change. */
  readonly methods: readonly string[];
  readonly nowMs: number;
  readonly events: readonly AuditEvent[];
  readonly job: MailJob;
}

/** What a factor was enrolled by: an authenticator app by its enrolment's id, a passkey by a challenge. */
export type EnrolledBy = { readonly totp: string } | { readonly challenge: SingleUse };

/**
 * Changes of a subject's factors. Each is one transaction of the factor, the set's revision, the account's
 * `factor_methods` (which decides whether a password signs in alone), its events and the notice; a rename is one of the
 * factor and its event. Each method throws ProblemError `invalid_token` when the session that makes the change has
 * ended, and `unavailable`.
 */
export interface FactorChanges {
  /**
   * Adds a factor, and uses up what it was enrolled by.
   *
   * @returns false, with nothing written, when the set or the account has changed, or the enrolment is used up.
   */
  add(
    change: FactorSetChange & {
      readonly factor: KnownFactor;
      readonly enrolledBy: EnrolledBy;
      readonly recoveryCodes?: readonly string[];
    },
  ): Promise<boolean>;
  /**
   * Removes a factor; with the last one the recovery codes go.
   *
   * @returns false, with nothing written, when the set or the account has changed.
   */
  remove(change: FactorSetChange & { readonly id: string }): Promise<boolean>;
  /** @returns false, with nothing written, when there is no such factor. */
  rename(
    change: Pick<FactorSetChange, 'sub' | 'sid' | 'sessionEpoch'> & {
      readonly id: string;
      readonly name: string;
      readonly event: AuditEvent;
    },
  ): Promise<boolean>;
  /**
   * Replaces the recovery codes.
   *
   * @returns false, with nothing written, when the set or the account has changed, or there is no factor.
   */
  replaceRecoveryCodes(change: FactorSetChange & { readonly recoveryCodes: readonly string[] }): Promise<boolean>;
}

/** What an operator does to an account's factors. */
export interface FactorAdministration {
  /**
   * Removes a factor and all recovery codes, and ends every session, in one transaction with its event and the notice.
   *
   * @returns false, with nothing written, when the set or the account has changed, or is being deleted.
   * @throws ProblemError `unavailable`.
   */
  remove(
    change: Pick<FactorSetChange, 'revision' | 'methods' | 'nowMs' | 'job'> & {
      /** As it was read. */
      readonly account: Account;
      readonly id: string;
      readonly event: AuditEvent;
    },
  ): Promise<boolean>;
}

/** What a proof of a factor uses up, and the notices that tell of it. */
export interface UsedUp {
  /** Undefined for a password. */
  readonly factor: FactorUse | undefined;
  readonly singleUses: readonly SingleUse[];
  readonly notices: readonly MailJob[];
}

/** A session that a proven factor starts or steps up. */
export interface FactorSignInInput {
  /** The session as it is to be. */
  readonly session: Session;
  /** The account's value as it was read for the proof. */
  readonly credentialsChangedAt: number;
  readonly used: UsedUp;
  readonly events: readonly AuditEvent[];
  readonly nowMs: number;
}

/** Sessions by a proven factor. Each method throws ProblemError `unavailable`. */
export interface FactorSignIn {
  /**
   * Starts a session, keeps its device, uses up what proved the factor, and records it all, in one transaction, on
   * condition that the account is active, in the session's epoch, and has the credentials that it had when the factor
   * was proven. Of parallel uses of one code, challenge or token, one starts a session.
   *
   */
  start(
    input: FactorSignInInput & {
      /** As the account knows the device from now on; undefined leaves what it knows. */
      readonly pair: PairChange | undefined;
    },
  ): Promise<StartOutcome>;
  /**
   * Gives a live session a fresh `auth_time` and the methods of this proof, and uses the proof up, in one transaction,
   * on the conditions of `start`.
   *
   * @returns false, with nothing written, when a condition does not hold.
   */
  stepUp(input: FactorSignInInput): Promise<boolean>;
}

export interface MfaAttempts {
  /**
   * Counts an attempt with an `mfa_token`, before it is looked at, in one conditional write.
   *
   * @returns false when the token is used up, by a sign-in or by attempts.
   * @throws ProblemError `unavailable`: an attempt that cannot be counted is not made.
   */
  count(token: { readonly id: string; readonly expiresAt: number }, max: number): Promise<boolean>;
}

/** Says whether a challenge was made here, for this purpose, and has not expired. */
type KnowsChallenge = (challenge: string) => Promise<boolean>;

/** What a signature has to be, by the challenge that it signs; undefined for a challenge that is none of ours. */
type DemandOf = (challenge: string) => Promise<{ readonly userVerification: boolean } | undefined>;

/** What browsers and authenticators ask and answer (WebAuthn Level 3). */
export interface WebAuthn {
  /** What a browser makes a passkey from. A security key that cannot store a passkey is taken, as a second factor. */
  creationOptions(input: {
    readonly challenge: Uint8Array<ArrayBuffer>;
    readonly user: { readonly sub: string; readonly name: string };
    readonly exclude: readonly CredentialDescriptor[];
  }): Promise<object>;
  /**
   * The credential record of a new credential (§7.1), or undefined when it is refused. An authenticator of any maker is
   * taken, and no page of ours that another origin has framed.
   */
  verifyAttestation(input: {
    readonly credential: Attestation;
    readonly knowsChallenge: KnowsChallenge;
  }): Promise<Pick<PasskeyFactor, 'credentialId' | 'publicKey' | 'counter' | 'transports'> | undefined>;
  /** What a browser asks an authenticator to sign. With an empty list the authenticator finds a credential itself. */
  requestOptions(input: {
    readonly challenge: Uint8Array<ArrayBuffer>;
    readonly allow: readonly CredentialDescriptor[];
    readonly userVerification: 'required' | 'preferred';
  }): Promise<object>;
  /**
   * What an authenticator signed (§7.2), or undefined when it is refused. The caller compares the counter with the one
   * before.
   *
   * @param input.publicKey COSE_Key, base64url
   */
  verifyAssertion(input: {
    readonly credential: Assertion;
    readonly publicKey: string;
    readonly demandOf: DemandOf;
  }): Promise<{ readonly counter: number; readonly userVerified: boolean } | undefined>;
}
