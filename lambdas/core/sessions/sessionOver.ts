import { ProblemError } from '../common/errors.ts';

/** A browser's refresh token does not hold any more: its cookies are to be taken back. */
export class SessionOver extends ProblemError {
  constructor() {
    super('invalid_grant');
  }
}
