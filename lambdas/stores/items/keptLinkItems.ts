import * as z from 'zod/mini';
import type { KeptLink, MailedLinkRequest } from '../../core/mail/mailedLink.ts';
import { onlyWhile } from '../dynamo/expressions.ts';
import { parseItem, readable, schemaVersion } from '../dynamo/parseItem.ts';
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
  pk: z.optional(z.string()),
  schema_version: z.optional(schemaVersion),
  token_hash: z.string(),
  expires_at: z.int(),
  /** These three are absent in items of a release that kept the hash alone. */
  nonce: z.optional(z.string()),
  kid: z.optional(z.string()),
  mailed_at: z.optional(z.int()),
  session_epoch: z.optional(z.int()),
  credentials_changed_at: z.optional(z.int()),
  sid: z.optional(z.string()),
  ttl: z.optional(z.int()),
});

/**
 * What this release knows of the item of a mailed link; undefined for none, and for one that it cannot read, which is
 * told of: its link passes nowhere, and the next one that is mailed replaces it.
 */
export function mailedLinkItem(item: unknown): z.infer<typeof itemSchema> | undefined {
  return item === undefined ? undefined : readable('mailed link', () => parseItem('mailed link', itemSchema, item));
}

/** What an item keeps of a link; undefined for none, and for one of a release that kept its hash alone. */
export function keptLinkOf(item: unknown): KeptLink | undefined {
  const { token_hash: tokenHash, expires_at: expiresAt, nonce, kid, mailed_at: mailedAt } = mailedLinkItem(item) ?? {};
  if (tokenHash === undefined || expiresAt === undefined) return undefined;
  if (nonce === undefined || kid === undefined || mailedAt === undefined) return undefined;
  return { tokenHash, expiresAt, nonce, kid, mailedAt };
}
