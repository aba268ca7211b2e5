import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { Account } from '../../core/accounts/account.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { type Factor, type FactorSet, methodsOf } from '../../core/factors/factor.ts';
import type { FactorSetChange } from '../../core/factors/ports.ts';
import { type NoticeKind, noticeJob } from '../../core/mail/mailJob.ts';

/** An account and its factors, as they were read for a change, and the session that makes it. */
export interface AccountFactors {
  readonly sid: string;
  readonly account: Account;
  readonly set: FactorSet;
}

/** A change of what was read: it holds only as long as neither account nor set has changed. Its owner is told. */
export function factorSetChange(
  { sid, account, set }: AccountFactors,
  change: {
    /** As they are after it. */
    readonly factors: readonly Factor[];
    readonly events: readonly AuditEvent[];
    readonly notice: NoticeKind;
    readonly from: RequestSource;
    readonly nowMs: number;
  },
): FactorSetChange {
  const { factors, events, notice, from, nowMs } = change;
  return {
    sub: account.sub,
    normalizedEmail: account.normalizedEmail,
    sid,
    sessionEpoch: account.sessionEpoch,
    credentialsChangedAt: account.credentialsChangedAt,
    revision: set.revision,
    methods: methodsOf(factors),
    nowMs,
    events,
    job: noticeJob({ template: notice, to: account.normalizedEmail, owner: account.sub, from, nowMs }),
  };
}
