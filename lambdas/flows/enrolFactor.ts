import { randomBytes } from 'node:crypto';
import type { AuditEvent } from '../contract/auditEvents.ts';
import type { RecoveryCodes, TotpEnrolment } from '../contract/outputs.ts';
import type { Attestation } from '../contract/webauthn.ts';
import type { Account, FactorMethod } from '../core/account.ts';
import { auditEvent, type RequestSource } from '../core/auditEvent.ts';
import { type Clock, epochSeconds } from '../core/clock.ts';
import { ProblemError } from '../core/errors.ts';
import { type Factor, type FactorSet, maxFactors, methodsOf, passkeyId } from '../core/factor.ts';
import type { MacKey } from '../core/macKeyRing.ts';
import { type MailJob, noticeJob } from '../core/mailJob.ts';
import type { Principal } from '../core/principal.ts';
import { hashRecoveryCode, newRecoveryCodes } from '../core/recoveryCodes.ts';
import { openSecret, sealSecret } from '../core/sealedSecret.ts';
import { requireStepUp } from '../core/stepUp.ts';
import { newTotpSecret, otpauthUrl, totpStepOf } from '../core/totp.ts';
import { type Challenge, makeChallenge, openChallenge } from '../core/webauthnChallenge.ts';
import { activeAccount } from './activeAccount.ts';
import { type CredentialDescriptor, descriptorOf, isPasskey } from './passkeyRequest.ts';

/** How long a secret that was shown waits for its first code. */
const totpEnrolmentTtlSeconds = 600;

interface PendingTotp {
  readonly id: string;
  readonly sealedSecret: string;
  readonly expiresAt: number;
}

type EnrolledBy = { readonly totp: string } | { readonly challenge: Challenge & { readonly kind: 'webauthn' } };

export interface EnrolFactorDeps {
  readonly accounts: { find(sub: string): Promise<Account | undefined> };
  readonly factors: { read(sub: string): Promise<FactorSet> };
  readonly changes: {
    add(change: {
      sub: string;
      revision: number;
      methods: readonly FactorMethod[];
      nowMs: number;
      events: readonly AuditEvent[];
      job: MailJob;
      factor: Factor;
      enrolledBy: EnrolledBy;
      recoveryCodes?: readonly string[];
    }): Promise<boolean>;
  };
  readonly enrolments: {
    begin(sub: string, enrolment: PendingTotp): Promise<void>;
    find(sub: string): Promise<PendingTotp | undefined>;
  };
  readonly credentialKeys: { current(): Promise<MacKey>; find(kid: string): Promise<MacKey | undefined> };
  readonly webauthn: {
    creationOptions(input: {
      challenge: Uint8Array<ArrayBuffer>;
      user: { readonly sub: string; readonly name: string };
      exclude: readonly CredentialDescriptor[];
    }): Promise<object>;
    verifyAttestation(input: {
      credential: Attestation;
      knowsChallenge: (challenge: string) => Promise<boolean>;
    }): Promise<
      | {
          readonly credentialId: string;
          readonly publicKey: string;
          readonly counter: number;
          readonly transports: readonly string[];
        }
      | undefined
    >;
  };
  readonly issuer: string;
  readonly clock: Clock;
}

interface Enrolment {
  readonly account: Account;
  readonly set: FactorSet;
}

/**
 * Makes the secret of an authenticator app, which is no factor before a code of it has come.
 *
 * @throws ProblemError `step_up_required`, `conflict` when there are as many as there may be, `unavailable`.
 */
export async function beginTotp(deps: EnrolFactorDeps, principal: Principal): Promise<TotpEnrolment> {
  const { account } = await prepareEnrolment(deps, principal, 'totp');
  const id = randomBytes(16).toString('base64url');
  const secret = newTotpSecret();
  const sealedSecret = sealSecret(secret, { sub: account.sub, id }, await deps.credentialKeys.current());
  const expiresAt = epochSeconds(deps.clock) + totpEnrolmentTtlSeconds;
  await deps.enrolments.begin(account.sub, { id, sealedSecret, expiresAt });
  const url = otpauthUrl({ secret, issuer: new URL(deps.issuer).host, label: account.email });
  return { id, secret, otpauth_url: url };
}

/**
 * Makes the app a factor, and new recovery codes in place of any there are.
 *
 * @throws ProblemError `step_up_required`; `not_found` when that app was not begun last, or has waited too long;
 * `invalid_request` for a wrong code, which uses nothing up; `conflict`, `unavailable`.
 */
export async function confirmTotp(
  deps: EnrolFactorDeps,
  principal: Principal,
  input: { readonly id: string; readonly code: string; readonly from: RequestSource },
): Promise<RecoveryCodes> {
  const enrolment = await prepareEnrolment(deps, principal, 'totp');
  const { sub } = enrolment.account;
  const now = epochSeconds(deps.clock);
  const pending = await deps.enrolments.find(sub);
  if (pending?.id !== input.id || pending.expiresAt <= now) throw new ProblemError('not_found');
  const owner = { sub, id: pending.id };
  const secret = await openSecret(pending.sealedSecret, owner, (kid) => deps.credentialKeys.find(kid));
  const step = totpStepOf(input.code, secret, now);
  if (step === undefined) {
    throw new ProblemError('invalid_request', { errors: [{ field: 'code', message: 'Not a code of now' }] });
  }
  const codes = newRecoveryCodes();
  await add(deps, enrolment, {
    factor: {
      ...owner,
      type: 'totp',
      name: 'Authenticator app',
      createdAt: now,
      sealedSecret: pending.sealedSecret,
      lastStep: step,
    },
    enrolledBy: { totp: pending.id },
    recoveryCodes: codes.map((code) => hashRecoveryCode(code, sub)),
    from: input.from,
  });
  return { recovery_codes: codes };
}

/**
 * What a browser makes a passkey from (WebAuthn Level 3 §5.4).
 *
 * @throws ProblemError `step_up_required`, `conflict`, `unavailable`.
 */
export async function beginPasskey(deps: EnrolFactorDeps, principal: Principal): Promise<object> {
  const { account, set } = await prepareEnrolment(deps, principal, 'webauthn');
  const key = await deps.credentialKeys.current();
  const purpose = { purpose: 'enrolment', sub: account.sub, sid: principal.sid } as const;
  return deps.webauthn.creationOptions({
    challenge: makeChallenge(purpose, epochSeconds(deps.clock), key),
    user: { sub: account.sub, name: account.email },
    exclude: set.factors.filter(isPasskey).map(descriptorOf),
  });
}

/**
 * Makes a new credential a factor.
 *
 * @throws ProblemError `step_up_required`; `invalid_request` when it does not answer a challenge of this session;
 * `conflict` also when it is enrolled already; `unavailable`.
 */
export async function addPasskey(
  deps: EnrolFactorDeps,
  principal: Principal,
  input: { readonly credential: Attestation; readonly name: string | undefined; readonly from: RequestSource },
): Promise<{ readonly id: string }> {
  const enrolment = await prepareEnrolment(deps, principal, 'webauthn');
  const { sub } = enrolment.account;
  const now = epochSeconds(deps.clock);
  const purpose = { purpose: 'enrolment', sub, sid: principal.sid } as const;
  const find = (kid: string) => deps.credentialKeys.find(kid);
  let challenge: Challenge | undefined;
  const made = await deps.webauthn.verifyAttestation({
    credential: input.credential,
    knowsChallenge: async (text) => {
      challenge = await openChallenge(text, { purpose, nowSeconds: now, find });
      return challenge !== undefined;
    },
  });
  if (!made || !challenge) {
    throw new ProblemError('invalid_request', {
      errors: [{ field: 'credential', message: 'Not made for a challenge of this session, in the last five minutes' }],
    });
  }
  const id = passkeyId(made.credentialId);
  await add(deps, enrolment, {
    factor: { sub, id, type: 'webauthn', name: input.name ?? 'Passkey', createdAt: now, ...made },
    enrolledBy: { challenge: { kind: 'webauthn', ...challenge } },
    from: input.from,
  });
  return { id };
}

async function prepareEnrolment(deps: EnrolFactorDeps, principal: Principal, method: FactorMethod): Promise<Enrolment> {
  const account = await activeAccount(deps, principal);
  requireStepUp(principal, account, epochSeconds(deps.clock));
  const set = await deps.factors.read(account.sub);
  if (set.factors.filter(({ type }) => type === method).length >= maxFactors[method]) {
    throw new ProblemError('conflict', {
      detail: `An account may have ${maxFactors[method]} of these: remove one first`,
    });
  }
  return { account, set };
}

async function add(
  deps: EnrolFactorDeps,
  { account, set }: Enrolment,
  added: {
    readonly factor: Factor;
    readonly enrolledBy: EnrolledBy;
    readonly recoveryCodes?: readonly string[];
    readonly from: RequestSource;
  },
): Promise<void> {
  const { from, ...change } = added;
  const nowMs = deps.clock();
  const common = {
    nowMs,
    from,
    actor: { type: 'subject', id: account.sub },
    outcome: 'success',
    tenant_id: account.tenantId,
  } as const;
  const held = await deps.changes.add({
    ...change,
    sub: account.sub,
    revision: set.revision,
    methods: methodsOf([...set.factors, added.factor]),
    nowMs,
    events: [
      auditEvent({
        ...common,
        type: 'factor.added',
        target: { type: 'factor', id: added.factor.id },
        details: { type: added.factor.type },
      }),
      ...(added.recoveryCodes
        ? [auditEvent({ ...common, type: 'recovery_codes.created', target: { type: 'account', id: account.sub } })]
        : []),
    ],
    job: noticeJob({ template: 'factor-added', to: account.normalizedEmail, from, nowMs }),
  });
  if (!held) throw new ProblemError('conflict', { detail: 'It is enrolled already, or the factors have just changed' });
}
