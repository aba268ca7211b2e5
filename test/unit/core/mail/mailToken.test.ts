import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MacKey } from '../../../../lambdas/core/keys/macKeyRing.ts';
import {
  deriveMailToken,
  hashMailToken,
  type MailTokenPurpose,
  openMailToken,
  pendingId,
} from '../../../../lambdas/core/mail/mailToken.ts';

const newKey = (kid: string): MacKey => ({ kid, key: createSecretKey(randomBytes(32)) });
const key = newKey('k1');
const now = 1_800_000_000;
const claims = { email: 'alice@example.com', nonce: randomBytes(16).toString('base64url'), expiresAt: now + 600 };
const token = deriveMailToken('verify-email', claims, key);

function open(text: string, options: { purpose?: MailTokenPurpose; nowSeconds?: number; keys?: MacKey[] } = {}) {
  const { purpose = 'verify-email', nowSeconds = now, keys = [key] } = options;
  return openMailToken(text, { purpose, nowSeconds, find: (kid) => keys.find((candidate) => candidate.kid === kid) });
}

describe('a mailed token', () => {
  it('opens to what it was made from, with the key it was made under', async () => {
    expect(await open(token)).toEqual({ ...claims, key });
  });

  it('names the account that it acts on', async () => {
    const sub = randomUUID();
    const confirm = deriveMailToken('confirm-email', { ...claims, sub }, key);
    expect(await open(confirm, { purpose: 'confirm-email' })).toEqual({ ...claims, sub, key });
    expect(await open(confirm.replace(sub, randomUUID()), { purpose: 'confirm-email' })).toBeUndefined();
    expect(await open(confirm.replace(`${sub}.`, ''), { purpose: 'confirm-email' })).toBeUndefined();
    for (const text of ['', 'x', sub.toUpperCase(), `${sub}.x`]) {
      expect(() => deriveMailToken('confirm-email', { ...claims, sub: text }, key), text).toThrow(RangeError);
    }
  });

  it('is the same each time, so that its mail can be sent again', () => {
    expect(deriveMailToken('verify-email', { ...claims }, key)).toBe(token);
  });

  it('opens for every address, nonce and expiry', async () => {
    const email = fc.string({ unit: 'grapheme', minLength: 3, maxLength: 60 }).filter((text) => text.isWellFormed());
    const nonce = fc.uint8Array({ minLength: 16, maxLength: 32 });
    await fc.assert(
      fc.asyncProperty(email, nonce, fc.integer({ min: now + 1, max: now + 2 ** 31 }), async (address, bytes, at) => {
        const some = { email: address, nonce: Buffer.from(bytes).toString('base64url'), expiresAt: at };
        const made = deriveMailToken('verify-email', some, key);
        expect(made).toMatch(/^[A-Za-z0-9._~-]+$/);
        expect(await open(made)).toEqual({ ...some, key });
      }),
    );
  });

  it('is refused with any one character changed', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~= \n\u00e9';
    const taken: string[] = [];
    for (let position = 0; position < token.length; position++) {
      for (const character of alphabet) {
        if (character === token[position]) continue;
        const changed = token.slice(0, position) + character + token.slice(position + 1);
        if ((await open(changed)) !== undefined) taken.push(changed);
      }
    }
    expect(taken).toEqual([]);
  });

  it('is refused with characters added or missing', async () => {
    for (let length = 0; length < token.length; length++) expect(await open(token.slice(0, length))).toBeUndefined();
    for (const suffix of ['=', '.', 'A', '\n', ' ']) expect(await open(token + suffix)).toBeUndefined();
  });

  it('is refused when its parts come from two good tokens', async () => {
    const other = deriveMailToken('verify-email', { ...claims, email: 'eve@example.com' }, key).split('.');
    const parts = token.split('.');
    for (const index of parts.keys()) {
      const mixed = parts.with(index, other[index] ?? '').join('.');
      if (mixed !== token) expect(await open(mixed)).toBeUndefined();
    }
  });

  it('J16 of one purpose does not open as another', async () => {
    const purposes: MailTokenPurpose[] = ['verify-email', 'reset', 'confirm-email', 'undo-email'];
    for (const made of purposes) {
      for (const purpose of purposes) {
        const opened = await open(deriveMailToken(made, claims, key), { purpose });
        expect(opened !== undefined).toBe(made === purpose);
      }
    }
  });

  it('is refused from its expiry on', async () => {
    expect(await open(token, { nowSeconds: claims.expiresAt - 1 })).toBeDefined();
    expect(await open(token, { nowSeconds: claims.expiresAt })).toBeUndefined();
  });

  it('is refused under another key', async () => {
    expect(await open(token, { keys: [] })).toBeUndefined();
    expect(await open(token, { keys: [newKey('k1')] })).toBeUndefined();
  });

  it('still opens under a retired key', async () => {
    expect(await open(token, { keys: [newKey('k2'), key] })).toBeDefined();
  });

  it('is not made from claims that would not open', () => {
    expect(() => deriveMailToken('verify-email', { ...claims, nonce: 'short' }, key)).toThrow(RangeError);
    expect(() => deriveMailToken('verify-email', { ...claims, expiresAt: now + 0.5 }, key)).toThrow(RangeError);
    expect(() => deriveMailToken('verify-email', { ...claims, email: 'a'.repeat(400) }, key)).toThrow(RangeError);
  });

  it('is kept as a hash that does not contain it', () => {
    expect(hashMailToken(token)).toMatch(/^[\w-]{43}$/);
    expect(hashMailToken(token)).not.toBe(hashMailToken(`${token}x`));
  });

  it('never reaches the key look-up when it is malformed or oversized', async () => {
    const find = () => expect.unreachable();
    for (const text of ['', 'v1', 'v2.k1.x.x.x.x', `v1.${'k'.repeat(2000)}`, 'a.b.c']) {
      expect(await openMailToken(text, { purpose: 'verify-email', nowSeconds: now, find })).toBeUndefined();
    }
  });
});

describe('pendingId', () => {
  it('is one for an address and a key', () => {
    const id = pendingId('alice@example.com', key);
    expect(pendingId('alice@example.com', { ...key })).toBe(id);
    expect(pendingId('bob@example.com', key)).not.toBe(id);
    expect(pendingId('alice@example.com', newKey('k1'))).not.toBe(id);
  });

  it("is found again with the opened token's key after a rotation", async () => {
    const opened = await open(token, { keys: [newKey('k2'), key] });
    expect(opened && pendingId(opened.email, opened.key)).toBe(pendingId(claims.email, key));
  });
});
