import type { EventSubject } from '../../core/audit/auditEvent.ts';
import type { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import { invalidLink } from '../../core/mail/mailedLink.ts';
import { type EnforceLimitDeps, enforceLimit } from './enforceLimit.ts';

/**
 * Counts the use of a good link before a password is hashed for it. It counts by the link alone: whoever else is behind
 * the same source address, with links of their own or with made-up ones, must not keep an owner from getting back in.
 *
 * @throws ProblemError `rate_limited`, `unavailable`.
 */
export async function countLink(
  deps: EnforceLimitDeps,
  { tokenHash }: { readonly tokenHash: string },
  by: { readonly from: RequestSource; readonly account?: EventSubject },
): Promise<void> {
  await enforceLimit(deps, { ...limitFor('usesPerLink', { tokenHash }), ...by });
}

/**
 * The refusal of a token that names no good link, once it is counted by its source address. All of them count and
 * answer alike; nobody with a good link meets this count.
 *
 * @throws ProblemError `rate_limited`, `unavailable`.
 */
export async function refusedLink(deps: EnforceLimitDeps, from: RequestSource): Promise<ProblemError> {
  await enforceLimit(deps, { ...limitFor('verificationPerAddress', from), from });
  return invalidLink();
}
