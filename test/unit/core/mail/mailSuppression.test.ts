import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { mailEventSchema } from '../../../../lambdas/contract/mailEvents.ts';
import { suppressedBy, suppressionHash } from '../../../../lambdas/core/mail/mailSuppression.ts';
import { bounceEvent, complaintEvent } from '../../../support/fakes/mailEvents.ts';

const at = Math.floor(Date.parse('2026-11-25T20:00:00.000Z') / 1000);
const suppressed = (event: object) => suppressedBy(mailEventSchema.parse(event));

describe('an event of SES', () => {
  it('that a mail bounced for good suppresses its address', () => {
    for (const recipient of ['ada@example.com', 'Ada Lovelace <Ada@EXAMPLE.com>', ' ada@example.com ']) {
      expect(suppressed(bounceEvent(recipient))).toEqual({ reason: 'bounce', at, emails: ['ada@example.com'] });
    }
  });

  it('that its reader complained suppresses the address', () => {
    for (const type of ['abuse', null]) {
      expect(suppressed(complaintEvent('ada@example.com', type))).toEqual({
        reason: 'complaint',
        at,
        emails: ['ada@example.com'],
      });
    }
    expect(suppressed(complaintEvent('ada@example.com', 'not-spam')).emails).toEqual([]);
  });

  it('that may pass suppresses nothing', () => {
    for (const type of ['Transient', 'Undetermined']) {
      expect(suppressed(bounceEvent('ada@example.com', type)).emails).toEqual([]);
    }
    expect(suppressed(bounceEvent('no address at all')).emails).toEqual([]);
  });

  it('is refused unless it is a whole one of SES', () => {
    const good = bounceEvent('ada@example.com');
    const { bounce: _, ...detail } = good.detail;
    for (const bad of [
      { ...good, source: 'aws.s3' },
      { ...good, detail },
      { ...good, detail: { ...good.detail, eventType: 'Delivery' } },
      bounceEvent('ada@example.com', 'Final'),
      null,
      [],
    ]) {
      expect(mailEventSchema.safeParse(bad).success).toBe(false);
    }
  });
});

it('the hash of an address tells neither address nor key', () => {
  const key = () => ({ kid: 'k', key: createSecretKey(randomBytes(32)) });
  const [one, other] = [key(), key()];
  const hash = suppressionHash('ada@example.com', one);
  expect(suppressionHash('ada@example.com', one)).toBe(hash);
  expect(suppressionHash('ada@example.com', other)).not.toBe(hash);
  expect(suppressionHash('bob@example.com', one)).not.toBe(hash);
  expect(hash).toMatch(/^[\w-]{43}$/);
});
