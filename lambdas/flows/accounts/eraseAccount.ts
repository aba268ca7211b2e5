import type { Account } from '../../core/accounts/account.ts';
import type {
  AccountErasure,
  Accounts,
  AccountTraces,
  Erasure,
  UnfinishedErasures,
} from '../../core/accounts/ports.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import type { Clock } from '../../core/common/clock.ts';
import { ProblemError, unavailable } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { noticeJob } from '../../core/mail/mailJob.ts';

export interface EraseAccountDeps {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly erasure: AccountErasure;
  /** What is deleted before the account itself, by the table that holds it. */
  readonly traces: Readonly<Record<string, AccountTraces>>;
  readonly clock: Clock;
}

/** The source of the request; an operator's command and the sweep have none. */
type Source = RequestSource | undefined;

/**
 * Erases an account and everything that is kept of its owner. The audit log keeps the `sub`; a suppressed address stays
 * suppressed, by a hash. From the first step on nobody can sign in to the account. The account and the record of the
 * erasure are deleted last, so an interrupted erasure can be repeated until it is done.
 *
 * @throws ProblemError `invalid_token` when the session that asks has ended; `unavailable`: what is left is done by
 * `resumeErasures`, or by repeating the call.
 */
export async function eraseAccount(
  deps: EraseAccountDeps,
  account: Pick<Account, 'sub' | 'tenantId'>,
  {
    actor,
    sid,
    from,
  }: {
    readonly actor: Erasure['actor'];
    /** The session that asks for it; an operator has none. */
    readonly sid?: string;
    readonly from?: Source;
  },
): Promise<void> {
  const erasure = { sub: account.sub, actor };
  const nowMs = deps.clock();
  const event = accountEvent(account, { type: 'account.deletion_requested', nowMs, from, by: actor });
  const begun = await deps.erasure.begin({ erasure, sid, nowMs, event });
  if (!begun && sid !== undefined && (await deps.accounts.find(account.sub))?.status === 'active') {
    throw new ProblemError('invalid_token');
  }
  await completeErasure(deps, erasure, from);
}

/**
 * Goes on with every erasure that was interrupted. One that fails holds up none of the others.
 *
 * @returns how many there were.
 * @throws ProblemError `unavailable` when they cannot be listed or, once all were tried, when any failed.
 */
export async function resumeErasures(
  deps: EraseAccountDeps & { readonly erasures: UnfinishedErasures },
): Promise<number> {
  let resumed = 0;
  const failures: unknown[] = [];
  for await (const erasure of deps.erasures.list()) {
    try {
      await completeErasure(deps, erasure, undefined);
      resumed++;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw unavailable(new AggregateError(failures, 'not every erasure was completed'));
  return resumed;
}

async function completeErasure(deps: EraseAccountDeps, erasure: Erasure, from: Source): Promise<void> {
  const account = await deps.accounts.find(erasure.sub);
  if (account?.status !== 'deleting') return;
  const { normalizedEmail } = account;
  for (const traces of Object.values(deps.traces)) await traces.remove(account);
  const nowMs = deps.clock();
  const event = accountEvent(account, { type: 'account.deleted', nowMs, from, by: erasure.actor });
  const source = from ?? { ip: '', userAgent: undefined, requestId: '' };
  // Nobody's, so that it does not go with the account.
  const notice = noticeJob({ template: 'account-deleted', to: normalizedEmail, owner: undefined, from: source, nowMs });
  // False means that another run was faster.
  await deps.erasure.finish({ account, nowMs, event, notice });
}
