import { ProblemError } from '../common/errors.ts';

/** A browser's refresh token does not hold any more: the cookies of its session are to be taken back, and no others. */
export class SessionOver extends ProblemError {
  readonly sid: string;

  constructor(sid: string) {
    super('invalid_grant');
    this.sid = sid;
  }
}
