import type { MfaMethod } from '../../contract/problemBodies.ts';
import { ProblemError } from '../common/errors.ts';

/** What a client needs for the second step of a sign-in whose password was right. */
interface SecondFactorDemand {
  readonly token: string;
  readonly methods: readonly MfaMethod[];
}

/** The password was right, and the account has a second factor. */
export class SecondFactorRequired extends ProblemError {
  readonly mfa: SecondFactorDemand;

  constructor(mfa: SecondFactorDemand) {
    super('mfa_required');
    this.mfa = mfa;
  }
}
