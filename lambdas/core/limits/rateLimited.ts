import type { LimitName } from '../../contract/limits.ts';
import { ProblemError } from '../common/errors.ts';

/** What a client is told of a refusal. */
export interface LimitRefusal {
  readonly limit: LimitName;
  /** How many attempts the limit allows: in its window, or in a row without a pause. */
  readonly quota: number;
  /** Undefined for a streak, which has no window. */
  readonly windowSeconds: number | undefined;
  readonly retryAfterSeconds: number;
}

/** A limit refused an attempt. */
export class RateLimited extends ProblemError {
  readonly refusal: LimitRefusal;

  constructor(refusal: LimitRefusal) {
    super('rate_limited', { retryAfterSeconds: refusal.retryAfterSeconds });
    this.refusal = refusal;
  }
}
