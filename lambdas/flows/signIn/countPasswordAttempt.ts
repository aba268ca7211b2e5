import type { Clock } from '../../core/common/clock.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { together } from '../../core/common/together.ts';
import type { MacKey } from '../../core/keys/macKeyRing.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import type { CountedAttempts, LimitOutcome, LimitReceipt } from '../../core/limits/limitDecision.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import type { OrderedLimits } from '../../core/limits/ports.ts';
import type { KnownDevice } from '../../core/sessions/devicePair.ts';
import { type Device, hashDeviceSecret } from '../../core/sessions/deviceToken.ts';
import type { AccountOnDevice, AccountsOnDevices, EmailHints, HeldAddress } from '../../core/sessions/ports.ts';
import { type EnforceLimitDeps, limitRefusal } from '../steps/enforceLimit.ts';
import { claimedDevice, knownDevice } from '../steps/knownDevice.ts';
import type { CountedAttempt } from './countSignIn.ts';

export interface CountPasswordDeps extends EnforceLimitDeps {
  readonly accountsOnDevices: Pick<AccountsOnDevices, 'holderOf' | 'find'>;
  readonly emailHints: EmailHints;
  readonly credentialKeys: Pick<MacKeys, 'find' | 'all'>;
  readonly limits: EnforceLimitDeps['limits'] & OrderedLimits;
  readonly clock: Clock;
}

interface PasswordAttempt {
  /** Normalised, or the text that was given for an address. */
  readonly email: string;
  readonly holder: HeldAddress;
  readonly brought: Device;
  /** What the source address was counted for already; undefined for a device that an account may know. */
  readonly ofSource: LimitOutcome | undefined;
  /** The current one of the credential keys. */
  readonly key: MacKey;
  readonly from: RequestSource;
}

export interface CountedPassword extends CountedAttempt {
  /** What was read meanwhile. */
  readonly found: AccountOnDevice;
  /** On a known device: the count of its right passwords, taken ahead. A wrong one gives it back. */
  readonly proven: LimitReceipt | undefined;
}

/** Whether no account can know the device. */
export const isStrange = ({ secrets, earlier }: Device): boolean => secrets.length === 0 && earlier.length === 0;

/**
 * Reads the account of an address, and counts an attempt with a password meanwhile. A known device has a count of its
 * own, which nobody else can use up: no attacker locks the owner out. Everybody else is counted by source address, by
 * account and source address, and by account; as if in this order, so that an attempt that one limit refuses does not
 * use up the next. It costs the same whether there is an account or not.
 *
 * @throws ProblemError `rate_limited`, `unavailable`.
 */
export async function countPasswordAttempt(
  deps: CountPasswordDeps,
  attempt: PasswordAttempt,
): Promise<CountedPassword> {
  const { holder, brought, from, ofSource } = attempt;
  if (ofSource) {
    const receipt = await requireRoom(deps, ofSource, from);
    const [found, pair] = await together([read(deps, attempt), countPair(deps, attempt, holder)]);
    return countedAsStranger(deps, attempt, { found, receipt, pair });
  }
  const claimed = await claimedDevice(deps, holder, brought);
  const [found, ahead, speculative] = await together([
    read(deps, attempt),
    claimed && deps.limits.consumeInOrder(limitsOf(claimed)),
    claimed ? undefined : deps.limits.consume(limitFor('signInPerAddress', from)),
  ]);
  const device = await knownDevice(deps, found, brought);
  const isAsClaimed = device !== undefined && device.pairId === claimed?.pairId;
  const unfit = [
    ...(isAsClaimed ? [] : (ahead?.receipts ?? [])),
    ...(device && speculative?.admitted ? [speculative.receipt] : []),
  ];
  const [onDevice] = await together([
    isAsClaimed ? ahead : device && deps.limits.consumeInOrder(limitsOf(device)),
    deps.limits.giveBack(unfit),
  ]);
  const [receipt, proven] = onDevice?.receipts ?? [];
  if (receipt) return { found, device, receipts: [receipt], proven };
  const source = device ? undefined : speculative;
  return countedAsStranger(deps, attempt, {
    found,
    receipt: await requireRoom(deps, source ?? (await deps.limits.consume(limitFor('signInPerAddress', from))), from),
    pair: undefined,
  });
}

/** What a known device is counted by: all its attempts, and the right ones. */
const limitsOf = (device: KnownDevice) =>
  [limitFor('signInPerDevice', device), limitFor('provenSignInPerDevice', device)] as const;

function read(deps: CountPasswordDeps, { holder, brought }: PasswordAttempt): Promise<AccountOnDevice> {
  return deps.accountsOnDevices.find(holder.sub, hashDeviceSecret(brought.id));
}

async function requireRoom(
  deps: CountPasswordDeps,
  ofSource: LimitOutcome,
  from: RequestSource,
): Promise<LimitReceipt> {
  if (!ofSource.admitted) throw await limitRefusal(deps, { from }, ofSource.refusal);
  return ofSource.receipt;
}

/** By account and source address, and by account. */
function countPair(
  deps: CountPasswordDeps,
  { email, key, from }: PasswordAttempt,
  { credentialsChangedAt = 0 }: Partial<HeldAddress>,
): Promise<CountedAttempts> {
  const tried = { email, key, ip: from.ip, credentialsChangedAt };
  return deps.limits.consumeInOrder([
    limitFor('signInPerAccountAndAddress', tried),
    limitFor('signInPerAccount', tried),
  ]);
}

/**
 * Where the address says another change of credentials than the account (the release before has made it, or has written
 * the address), what was counted is given back, and counted for what the account says.
 */
async function countedAsStranger(
  deps: CountPasswordDeps,
  attempt: PasswordAttempt,
  counted: {
    readonly found: AccountOnDevice;
    readonly receipt: LimitReceipt;
    readonly pair: CountedAttempts | undefined;
  },
): Promise<CountedPassword> {
  const { found, receipt } = counted;
  const { account } = found;
  const said = attempt.holder.credentialsChangedAt;
  const isTrue = (said ?? 0) === (account?.credentialsChangedAt ?? 0);
  const [pair] = await together([
    (isTrue ? counted.pair : undefined) ?? countPair(deps, attempt, account ?? {}),
    isTrue ? undefined : deps.limits.giveBack(counted.pair?.receipts ?? []),
    account && said !== account.credentialsChangedAt ? deps.emailHints.mend(account, said) : undefined,
  ]);
  if (pair.refusal) throw await limitRefusal(deps, { from: attempt.from, account }, pair.refusal);
  return { found, device: undefined, receipts: [receipt, ...pair.receipts], proven: undefined };
}
