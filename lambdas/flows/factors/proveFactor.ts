import type { Assertion } from '../../contract/webauthn.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import {
  counterAdvances,
  type FactorSet,
  type PasskeyFactor,
  passkeyId,
  type TotpFactor,
} from '../../core/factors/factor.ts';
import type { WebAuthn } from '../../core/factors/ports.ts';
import { hashRecoveryCode } from '../../core/factors/recoveryCodes.ts';
import { totpStepOf } from '../../core/factors/totp.ts';
import { type Challenge, type ChallengePurpose, openChallenge } from '../../core/factors/webauthnChallenge.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { openSecret } from '../../core/keys/sealedSecret.ts';
import type { SecondFactorProof } from '../../core/sessions/authentication.ts';

/** What somebody brings to prove a factor. */
export type FactorProof =
  | { readonly method: 'totp' | 'recovery_code'; readonly code: string }
  | { readonly method: 'webauthn'; readonly credential: Assertion };

/** What a passkey's signature may be: one of several. */
export interface PasskeyDemand {
  readonly purpose: ChallengePurpose;
  /** Whether the device must have verified its user: required where the passkey is the only proof. */
  readonly userVerification: boolean;
}

export interface ProveFactorDeps {
  readonly credentialKeys: Pick<MacKeys, 'find'>;
  readonly webauthn: Pick<WebAuthn, 'verifyAssertion'>;
  readonly clock: Clock;
}

type FactorUse =
  | { readonly method: 'totp'; readonly id: string; readonly step: number }
  | { readonly method: 'webauthn'; readonly id: string; readonly counter: number }
  | { readonly method: 'recovery_code'; readonly hash: string };

/** A valid proof. The factor is not used yet: of two proofs at once the store's transaction accepts one. */
export interface ProvenFactor {
  readonly use: FactorUse;
  readonly proof: SecondFactorProof;
  /** Of a passkey, and what it was made for. */
  readonly challenge?: Challenge & { readonly purpose: ChallengePurpose['purpose'] };
}

/** Why a proof does not hold, as a stable word for the audit log. */
export type Unproven = { readonly refused: string };

/** Whether what was brought proves one of the subject's factors. Nothing is written. */
export function proveFactor(
  deps: ProveFactorDeps,
  subject: { readonly sub: string; readonly set: FactorSet },
  proof: FactorProof,
  demands: readonly PasskeyDemand[],
): Promise<ProvenFactor | Unproven> {
  switch (proof.method) {
    case 'totp':
      return proveTotp(deps, subject.set, proof.code);
    case 'recovery_code':
      return Promise.resolve(proveRecoveryCode(subject, proof.code));
    case 'webauthn':
      return provePasskey(deps, subject, proof.credential, demands);
  }
}

async function proveTotp(deps: ProveFactorDeps, set: FactorSet, code: string): Promise<ProvenFactor | Unproven> {
  const now = epochSeconds(deps.clock);
  let refused = 'wrong_code';
  for (const factor of set.factors.filter((found): found is TotpFactor => found.type === 'totp')) {
    const secret = await openSecret(factor.sealedSecret, factor, (kid) => deps.credentialKeys.find(kid));
    const step = totpStepOf(code, secret, now);
    if (step === undefined) continue;
    if (step > factor.lastStep) return { use: { method: 'totp', id: factor.id, step }, proof: { method: 'totp' } };
    refused = 'code_used';
  }
  return { refused };
}

function proveRecoveryCode(
  { sub, set }: { readonly sub: string; readonly set: FactorSet },
  code: string,
): ProvenFactor | Unproven {
  const hash = hashRecoveryCode(code, sub);
  if (!set.recoveryCodes.has(hash)) return { refused: 'wrong_code' };
  return { use: { method: 'recovery_code', hash }, proof: { method: 'recovery_code' } };
}

async function provePasskey(
  deps: ProveFactorDeps,
  { sub, set }: { readonly sub: string; readonly set: FactorSet },
  credential: Assertion,
  demands: readonly PasskeyDemand[],
): Promise<ProvenFactor | Unproven> {
  const id = passkeyId(credential.id);
  const passkey = set.factors.find((found): found is PasskeyFactor => found.type === 'webauthn' && found.id === id);
  if (!passkey) return { refused: 'unknown_passkey' };
  const { userHandle } = credential.response;
  if (userHandle && userHandle !== userHandleOf(sub)) return { refused: 'unknown_passkey' };
  let challenge: ProvenFactor['challenge'];
  const signed = await deps.webauthn.verifyAssertion({
    credential,
    publicKey: passkey.publicKey,
    demandOf: async (text) => {
      const options = { nowSeconds: epochSeconds(deps.clock), find: (kid: string) => deps.credentialKeys.find(kid) };
      for (const demand of demands) {
        const opened = await openChallenge(text, { purpose: demand.purpose, ...options });
        challenge = opened && { ...opened, purpose: demand.purpose.purpose };
        if (challenge) return demand;
      }
      return undefined;
    },
  });
  if (!signed || !challenge) return { refused: 'passkey_refused' };
  if (!counterAdvances(passkey.counter, signed.counter)) return { refused: 'counter_regressed' };
  return {
    use: { method: 'webauthn', id, counter: signed.counter },
    proof: { method: 'webauthn', userVerified: signed.userVerified },
    challenge,
  };
}

/** The user handle of a subject (WebAuthn Level 3 §5.4.3): the `sub`, which says nothing of the person. */
function userHandleOf(sub: string): string {
  return Buffer.from(sub, 'utf8').toString('base64url');
}

/** The subject that a discoverable credential names, or undefined. */
export function subOfUserHandle(userHandle: string | null | undefined): string | undefined {
  const sub = Buffer.from(userHandle ?? '', 'base64url').toString('utf8');
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(sub) ? sub : undefined;
}
