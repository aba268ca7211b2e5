import { randomBytes, randomUUID } from 'node:crypto';
import { ProblemError } from '../common/errors.ts';
import type { MacKey } from '../keys/macKeyRing.ts';
import type { LinkJob, LinkTemplate } from './mailJob.ts';
import { deriveMailToken, hashMailToken, mailTokenTtlSeconds } from './mailToken.ts';

export interface MailedLink {
  /** What is kept of the token. */
  readonly tokenHash: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
  readonly job: LinkJob;
}

/** A new token: what is stored of it, and the job that mails it. */
export function newMailedLink(input: {
  readonly purpose: LinkTemplate;
  /** Normalised address. */
  readonly email: string;
  /** The account that the token acts on, where the address alone does not say. */
  readonly sub?: string;
  readonly key: MacKey;
  readonly nowSeconds: number;
}): MailedLink {
  const { purpose, email, sub, key } = input;
  const nonce = randomBytes(16).toString('base64url');
  const expiresAt = input.nowSeconds + mailTokenTtlSeconds;
  return {
    tokenHash: hashMailToken(deriveMailToken(purpose, { email, sub, nonce, expiresAt }, key)),
    expiresAt,
    job: {
      jobId: randomUUID(),
      template: purpose,
      to: email,
      ...(sub !== undefined && { sub }),
      expiresAt,
      nonce,
      kid: key.kid,
    },
  };
}

/** The one answer to a mailed token that is forged, used, replaced or expired. */
export function invalidLink(): ProblemError {
  return new ProblemError('invalid_token', {
    status: 400,
    detail: 'The link was used, replaced by a newer one, or has expired',
  });
}
