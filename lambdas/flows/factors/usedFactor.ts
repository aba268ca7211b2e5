import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { Account } from '../../core/accounts/account.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { UsedUp } from '../../core/factors/ports.ts';
import { noticeJob } from '../../core/mail/mailJob.ts';
import type { ProvenFactor } from './proveFactor.ts';

/** What a proven factor uses up. The use of a recovery code is recorded, and the owner gets a notice. */
export function usedUp(
  { use, challenge }: ProvenFactor,
  context: { readonly account: Account; readonly from: RequestSource; readonly nowMs: number },
): { readonly used: UsedUp; readonly events: readonly AuditEvent[] } {
  const { account, from, nowMs } = context;
  const used = { factor: use, singleUses: challenge ? [{ kind: 'webauthn' as const, ...challenge }] : [], notices: [] };
  if (use.method !== 'recovery_code') return { used, events: [] };
  const event = accountEvent(account, { type: 'recovery_code.used', nowMs, from });
  const notice = noticeJob({
    template: 'recovery-code-used',
    to: account.normalizedEmail,
    owner: account.sub,
    from,
    nowMs,
  });
  return { used: { ...used, notices: [notice] }, events: [event] };
}
