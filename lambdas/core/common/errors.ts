import type { FieldError } from '../../contract/problemBodies.ts';
import { type ProblemCode, problems } from '../../contract/problems.ts';

export interface ProblemOptions {
  /** Shown to the caller: never names an internal, a secret, or whether an account exists. */
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** Overrides the usual status of the code: a mailed token that fails is a 400 `invalid_token`. */
  readonly status?: number;
  readonly retryAfterSeconds?: number;
  /** For the log only. */
  readonly cause?: unknown;
}

/**
 * An error with a designed answer. Anything else that is thrown becomes a generic 500. What only one code says has a
 * class of its own: `RateLimited`, `SecondFactorRequired`, `SessionOver`.
 */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(`${code}: ${options.detail ?? problems[code].title}`, { cause: options.cause });
    this.name = 'ProblemError';
    this.code = code;
    this.status = options.status ?? problems[code].status;
    this.detail = options.detail ?? problems[code].title;
    this.errors = options.errors;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** A dependency does not answer: fail closed, and let the caller try again. */
export function unavailable(cause: unknown, retryAfterSeconds = 1): ProblemError {
  return new ProblemError('unavailable', { retryAfterSeconds, cause });
}

/** For the `.catch` of a call to a dependency. */
export function throwUnavailable(cause: unknown): never {
  throw unavailable(cause);
}

/** The names of an error and its causes: for the log, where a message might quote a secret. */
export function errorNames(error: unknown): string[] {
  const names: string[] = [];
  for (let current = error; current instanceof Error && names.length < 5; current = current.cause) {
    names.push(current.name);
  }
  return names;
}
