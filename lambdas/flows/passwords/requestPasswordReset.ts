import { randomUUID } from 'node:crypto';
import { accountEvent, strangerEvent } from '../../core/audit/auditEvent.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import { newMailedLink, sameLinkAgain } from '../../core/mail/mailedLink.ts';
import { decoyJob } from '../../core/mail/mailJob.ts';
import type { PasswordResets } from '../../core/passwords/ports.ts';
import { type Device, hashDeviceSecret, readDeviceToken } from '../../core/sessions/deviceToken.ts';
import type { AccountOnDevice, AccountsOnDevices } from '../../core/sessions/ports.ts';
import { countOnDevice } from '../steps/countAttempt.ts';
import { requireEmailAddress } from '../steps/emailAddress.ts';
import { type EnforceLimitDeps, enforceLimit } from '../steps/enforceLimit.ts';
import { knownDevice } from '../steps/knownDevice.ts';
import { type Addressee, hasMailLeft, type MailAllowanceDeps, mayLeave } from '../steps/mailAllowance.ts';

export interface RequestPasswordResetDeps extends EnforceLimitDeps, MailAllowanceDeps {
  readonly accountsOnDevices: Pick<AccountsOnDevices, 'findByEmail'>;
  readonly resets: Pick<PasswordResets, 'request' | 'kept'>;
  readonly mailKeys: Pick<MacKeys, 'current'>;
  readonly credentialKeys: Pick<MacKeys, 'current' | 'find'>;
}

export interface PasswordResetRequest {
  readonly email: string;
  /** Of a device that the account may know. */
  readonly deviceToken: string | undefined;
  readonly from: RequestSource;
}

/**
 * Mails the owner of an address a token that sets a new password. Beyond the mails of the source or of the address, the
 * link that was mailed last is mailed again, if it is good still. For an address without an active account, or without
 * such a link, the flow reads, computes and writes the same, and no mail goes out. A device that the account knows has
 * mails of its own; those that became known within a day have some together.
 *
 * @throws ProblemError `invalid_request` for a text that is no address; `rate_limited` by the source address alone;
 * `unavailable`.
 */
export async function requestPasswordReset(
  deps: RequestPasswordResetDeps,
  request: PasswordResetRequest,
): Promise<void> {
  const email = requireEmailAddress(request.email);
  const { from } = request;
  const [key, credentialKey] = await Promise.all([deps.mailKeys.current(), deps.credentialKeys.current()]);
  const brought = readDeviceToken(request.deviceToken);
  const found = await deps.accountsOnDevices.findByEmail(email, hashDeviceSecret(brought.id));
  const account = found.account?.status === 'active' ? found.account : undefined;
  const addressee = { email, key: credentialKey };
  const hasRoom =
    (await isKnownDevice(deps, { ...found, account }, brought)) || (await strangerHasMailLeft(deps, addressee, from));
  const nowMs = deps.clock();
  const sub = account?.sub ?? randomUUID();
  const asked = { purpose: 'reset', email, key, nowSeconds: Math.floor(nowMs / 1000) } as const;
  const kept = await deps.resets.kept(sub);
  const fresh = newMailedLink(asked);
  const link = hasRoom ? fresh : sameLinkAgain(asked, kept);
  const leaves = await mayLeave(deps, addressee, account && link && { account });
  // The event goes first: an event without its change does no harm, a change without its event would.
  const event = { type: 'password.reset_requested', nowMs, from } as const;
  await deps.audit.record(account && hasRoom ? accountEvent(account, event) : strangerEvent(event));
  await deps.resets.request({
    sub: leaves ? sub : randomUUID(),
    link: link ?? fresh,
    again: leaves && !hasRoom ? kept : undefined,
    job: leaves && link ? { ...link.job, owner: sub } : decoyJob(nowMs),
    nowMs,
  });
}

/** Whoever has the password makes devices known, of each of which the owner is told: they have a day to act. */
const newDeviceSeconds = 86_400;

/** Whether it comes from a device that the account knows, which has mails of its own left. */
async function isKnownDevice(
  deps: RequestPasswordResetDeps,
  found: AccountOnDevice,
  brought: Device,
): Promise<boolean> {
  const device = await knownDevice(deps, found, brought);
  if (device === undefined || !found.account) return false;
  const isNew = device.knownAt !== undefined && epochSeconds(deps.clock) < device.knownAt + newDeviceSeconds;
  const shared = isNew ? [limitFor('resetPerNewDevices', found.account)] : [];
  return (await countOnDevice(deps, [limitFor('resetPerDevice', device), ...shared])) !== undefined;
}

async function strangerHasMailLeft(
  deps: RequestPasswordResetDeps,
  addressee: Addressee,
  from: RequestSource,
): Promise<boolean> {
  await enforceLimit(deps, { ...limitFor('resetPerAddress', from), from });
  return hasMailLeft(deps, 'resetPerAccountAndAddress', { ...addressee, ip: from.ip });
}
