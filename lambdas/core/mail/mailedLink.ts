import { randomBytes, randomUUID } from 'node:crypto';
import { equalTexts } from '../common/equalTexts.ts';
import { ProblemError } from '../common/errors.ts';
import type { MacKey } from '../keys/macKeyRing.ts';
import type { LinkJob, LinkTemplate, MailJob } from './mailJob.ts';
import { deriveMailToken, hashMailToken, mailTokenTtlSeconds } from './mailToken.ts';

export interface MailedLink {
  /** What is kept of the token. */
  readonly tokenHash: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
  readonly job: LinkJob;
}

/** What is kept of a link that was mailed: without the key it opens nothing, and with it the link is mailed again. */
export interface KeptLink {
  readonly tokenHash: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
  readonly nonce: string;
  readonly kid: string;
  /** Epoch seconds of the last mail. */
  readonly mailedAt: number;
}

/** What a store is told of a link that is mailed. */
export interface MailedLinkRequest {
  readonly link: MailedLink;
  /** What was kept of the link, where it is the same once more. */
  readonly again: KeptLink | undefined;
  /** The link's own, or what goes out in its place. */
  readonly job: MailJob;
  readonly nowMs: number;
}

/** What a link is for, and for whom. */
export interface LinkRequest {
  readonly purpose: LinkTemplate;
  /** Normalised address. */
  readonly email: string;
  /** The account that the token acts on, where the address alone does not say. */
  readonly sub?: string;
  readonly key: MacKey;
  /** Default: ten minutes. */
  readonly ttlSeconds?: number;
  readonly nowSeconds: number;
}

/** A new token: what is stored of it, and the job that mails it. */
export function newMailedLink(request: LinkRequest): MailedLink {
  const nonce = randomBytes(16).toString('base64url');
  const { nowSeconds, ttlSeconds = mailTokenTtlSeconds } = request;
  return mailedLink(request, { nonce, expiresAt: nowSeconds + ttlSeconds });
}

/** The pause between two mails with the same link. */
const againAfterSeconds = 60;

/**
 * A link that was mailed before, to be mailed once more where a new one would be one too many: whoever uses up the
 * mails of an address does not keep its owner from a link that works. Undefined when there is none to the address, when
 * it was mailed a moment ago, has expired, or is under a key that was replaced.
 */
export function sameLinkAgain(request: LinkRequest, kept: KeptLink | undefined): MailedLink | undefined {
  const { nowSeconds, key } = request;
  if (!kept || kept.kid !== key.kid) return undefined;
  if (kept.expiresAt <= nowSeconds || kept.mailedAt + againAfterSeconds > nowSeconds) return undefined;
  const link = mailedLink(request, kept);
  return equalTexts(link.tokenHash, kept.tokenHash) ? link : undefined;
}

function mailedLink(
  { purpose, email, sub, key }: LinkRequest,
  { nonce, expiresAt }: Pick<KeptLink, 'nonce' | 'expiresAt'>,
): MailedLink {
  return {
    tokenHash: hashMailToken(deriveMailToken(purpose, { email, sub, nonce, expiresAt }, key)),
    expiresAt,
    job: {
      jobId: randomUUID(),
      template: purpose,
      to: email,
      ...(sub !== undefined && { sub, owner: sub }),
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
