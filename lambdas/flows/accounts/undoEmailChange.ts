import type { Account } from '../../core/accounts/account.ts';
import { addressOfLink, afterUndo, type FormerAddress } from '../../core/accounts/formerAddress.ts';
import type { Accounts, EmailUndo, EmailUndos, FormerAddresses } from '../../core/accounts/ports.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import { ProblemError, unavailable } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { budgets, untilDone } from '../../core/common/untilDone.ts';
import { type FactorSet, factorSince, knownFactors, methodsOf, recoveryCodesSince } from '../../core/factors/factor.ts';
import type { Factors } from '../../core/factors/ports.ts';
import { invalidLink } from '../../core/mail/mailedLink.ts';
import { noticeJob } from '../../core/mail/mailJob.ts';
import type { PasswordPolicy } from '../../core/passwords/passwordPolicy.ts';
import type { PasswordHasher } from '../../core/passwords/ports.ts';
import { countLink, refusedLink } from '../steps/countLink.ts';
import type { EnforceLimitDeps } from '../steps/enforceLimit.ts';
import { type KeepDeviceDeps, keepDevice } from '../steps/keepDevice.ts';
import { type MailedTokenDeps, readMailedToken } from '../steps/mailedToken.ts';

export interface ReadUndoLinkDeps extends MailedTokenDeps {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly formerAddresses: FormerAddresses;
}

export interface UndoEmailChangeDeps extends EnforceLimitDeps, KeepDeviceDeps, ReadUndoLinkDeps {
  readonly undos: EmailUndos;
  readonly factors: Factors;
  readonly hasher: Pick<PasswordHasher, 'hash'>;
  readonly passwordPolicy: Pick<PasswordPolicy, 'check'>;
}

/**
 * Takes an account back by the token that was mailed to its old address when that was changed: the address is the
 * account's again, with a new password. Every session ends, the factors and recovery codes that came since the change
 * was asked for go, and so do the links of later changes and whatever else is open. It mails no such link itself, and
 * signs nobody in.
 *
 * @throws ProblemError `invalid_token` (400) for a token that is forged, used, void or expired; `weak_password`, which
 * does not use the token up; `rate_limited`; `unavailable`, also when the account keeps changing meanwhile.
 */
export async function undoEmailChange(
  deps: UndoEmailChangeDeps,
  request: {
    readonly token: string;
    readonly newPassword: string;
    /** Of the device, which stays known if it was. */
    readonly deviceToken: string | undefined;
    readonly from: RequestSource;
  },
): Promise<void> {
  const { token, newPassword: password, deviceToken, from } = request;
  let link = await readUndoLink(deps, token);
  if (!link) throw await refusedLink(deps, from);
  const errors = await deps.passwordPolicy.check({ password, email: link.address.email, field: 'new_password' });
  if (errors.length > 0) throw new ProblemError('weak_password', { errors });
  await countLink(deps, link, { from, account: link.account });
  const passwordHash = await deps.hasher.hash(password);
  // Whoever is to be shut out may still be changing the account: they must not be able to hold this up.
  const undone = await untilDone(budgets.flow, async () => {
    link ??= await readUndoLink(deps, token);
    if (!link) throw invalidLink();
    const set = await deps.factors.read(link.account.sub);
    const nowMs = deps.clock();
    if (await deps.undos.undo(undoOf(link, { set, passwordHash, from, nowMs }))) return { ...link, nowMs };
    link = undefined;
    return undefined;
  });
  if (!undone) throw unavailable(new Error('the account keeps changing while a change of address is undone'));
  const { account, address, nowMs } = undone;
  // The owner's device was known before the change; where the owner made that, it is since.
  for (const credentialsChangedAt of [address.credentialsChangedAt, account.credentialsChangedAt]) {
    await keepDevice(deps, account, { deviceToken, knownUnder: credentialsChangedAt, nowMs });
  }
}

export interface UndoLink {
  readonly account: Account;
  readonly address: FormerAddress;
  readonly formerAddresses: readonly FormerAddress[];
  readonly tokenHash: string;
}

/**
 * The account that a mailed token takes back, and the address it goes to; undefined when the token is forged, used,
 * void or expired. It uses nothing up: the transaction decides.
 */
export async function readUndoLink(deps: ReadUndoLinkDeps, token: string): Promise<UndoLink | undefined> {
  const mailed = await readMailedToken(deps, 'undo-email', token);
  const account = mailed?.sub === undefined ? undefined : await deps.accounts.find(mailed.sub);
  if (!mailed || account?.status !== 'active') return undefined;
  const formerAddresses = await deps.formerAddresses.list(account.sub);
  const address = addressOfLink(formerAddresses, { ...mailed, now: epochSeconds(deps.clock) });
  return address && { account, address, formerAddresses, tokenHash: mailed.tokenHash };
}

const kinds = { totp: 'authenticator-app', webauthn: 'passkey' } as const;

function undoOf(
  { account, address, formerAddresses }: UndoLink,
  by: { readonly set: FactorSet; readonly passwordHash: string; readonly from: RequestSource; readonly nowMs: number },
): EmailUndo {
  const { set, passwordHash, from, nowMs } = by;
  const { email: to } = address;
  const came = (since: number) => since > address.credentialsChangedAt;
  const removed = set.factors.filter((factor) => came(factorSince(factor)));
  const rest = set.factors.filter((factor) => !removed.includes(factor));
  const recoveryCodesGo = set.recoveryCodes.size > 0 && (came(recoveryCodesSince(set)) || rest.length === 0);
  const left = {
    factors: knownFactors(rest).map(({ type, createdAt: addedAt }) => ({ kind: kinds[type], addedAt })),
    recoveryCodes: recoveryCodesGo ? 0 : set.recoveryCodes.size,
  };
  const details = { factors_removed: removed.length };
  return {
    account,
    to,
    formerAddresses: afterUndo(formerAddresses, address),
    passwordHash,
    factors: {
      revision: set.revision,
      removed: removed.map(({ id }) => id),
      recoveryCodesGo,
      methods: methodsOf(rest),
    },
    nowMs,
    event: accountEvent(account, { type: 'email.change_undone', nowMs, from, details }),
    notices: [
      noticeJob({ template: 'email-change-undone', to, owner: account.sub, from, nowMs, left }),
      ...(to === account.normalizedEmail
        ? []
        : [noticeJob({ template: 'email-changed', to: account.normalizedEmail, owner: account.sub, from, nowMs })]),
    ],
  };
}
