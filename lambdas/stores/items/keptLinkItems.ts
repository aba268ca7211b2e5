import { z } from 'zod';
import type { KeptLink, MailedLinkRequest } from '../../core/mail/mailedLink.ts';
import { onlyWhile } from '../dynamo/expressions.ts';
import type { TransactItem } from '../dynamo/transaction.ts';

/**
 * The put of a link that is mailed, under a key of its purpose. It replaces the one before, or goes on with it.
 *
 * @param bound what else the link is bound to
 */
export function keptLinkPut(
  table: string,
  pk: string,
  { link, again, nowMs }: Omit<MailedLinkRequest, 'job'>,
  bound: Readonly<Record<string, string | number>> = {},
): TransactItem {
  const { tokenHash, expiresAt, job } = link;
  return {
    Put: {
      TableName: table,
      Item: {
        pk,
        schema_version: 1,
        ...bound,
        token_hash: tokenHash,
        nonce: job.nonce,
        kid: job.kid,
        mailed_at: Math.floor(nowMs / 1000),
        expires_at: expiresAt,
        ttl: expiresAt,
      },
      ...(again && onlyWhile([linkIsAsRead(again)])),
    },
  };
}

const linkIsAsRead = ({ tokenHash, mailedAt }: KeptLink) => ({
  expression: 'token_hash = :hash AND mailed_at = :mailed',
  values: { ':hash': tokenHash, ':mailed': mailedAt },
});

const itemSchema = z.object({
  token_hash: z.string(),
  expires_at: z.int(),
  nonce: z.string(),
  kid: z.string(),
  mailed_at: z.int(),
});

/** What an item keeps of a link; undefined for none, and for one of a release that kept its hash alone. */
export function keptLinkOf(item: unknown): KeptLink | undefined {
  const { data } = itemSchema.safeParse(item);
  if (!data) return undefined;
  const { token_hash: tokenHash, expires_at: expiresAt, nonce, kid, mailed_at: mailedAt } = data;
  return { tokenHash, expiresAt, nonce, kid, mailedAt };
}
