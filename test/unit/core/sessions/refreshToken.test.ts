import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MacKey } from '../../../../lambdas/core/keys/macKeyRing.ts';
import {
  encodeRefreshToken,
  hashSessionSecret,
  newSessionSecret,
  parseRefreshToken,
  type RefreshTokenFields,
  successor,
  verifyRefreshTokenMac,
} from '../../../../lambdas/core/sessions/refreshToken.ts';
import { newSessionId } from '../../../../lambdas/core/sessions/session.ts';

const key: MacKey = { kid: 'key-1', key: createSecretKey(randomBytes(32)) };
const fields: RefreshTokenFields = {
  kid: key.kid,
  sub: randomUUID(),
  sid: newSessionId(7),
  generation: 3,
  sessionSecret: newSessionSecret(),
};
const text = encodeRefreshToken(fields, 'gatehouse', key);

function parsed(token: string) {
  const refreshToken = parseRefreshToken(token);
  if (!refreshToken) throw new Error('not a refresh token');
  return refreshToken;
}

describe('a refresh token', () => {
  it('is read back as it was made', () => {
    expect(parsed(text)).toMatchObject(fields);
    expect(verifyRefreshTokenMac(parsed(text), 'gatehouse', key)).toBe(true);
  });

  it('is the same each time it is made, so that a successor never has to be stored', () => {
    const next = successor(fields);
    expect(next).toEqual({ ...fields, generation: 4 });
    expect(encodeRefreshToken(next, 'gatehouse', key)).toBe(
      encodeRefreshToken(successor(parsed(text)), 'gatehouse', key),
    );
  });

  it('O23 does not verify for another client', () => {
    expect(verifyRefreshTokenMac(parsed(text), 'other', key)).toBe(false);
  });

  it('O28 verifies unchanged and under its own key alone', () => {
    const token = parsed(text);
    for (const change of [
      { sub: randomUUID() },
      { sid: newSessionId(7) },
      { generation: 4 },
      { sessionSecret: newSessionSecret() },
      { kid: 'key-2' },
      { mac: newSessionSecret() },
    ]) {
      expect(verifyRefreshTokenMac({ ...token, ...change }, 'gatehouse', key)).toBe(false);
    }
    const other = { ...key, key: createSecretKey(randomBytes(32)) };
    expect(verifyRefreshTokenMac(token, 'gatehouse', other)).toBe(false);
  });

  it('is not made with another key than the session began with', () => {
    expect(() => encodeRefreshToken({ ...fields, kid: 'key-2' }, 'gatehouse', key)).toThrow();
  });

  it.each([
    '',
    '.....',
    `${text}.`,
    `.${text}`,
    `${text}.x`,
    text.replace('.3.', '.03.'),
    text.replace('.3.', '.+3.'),
    text.replace('.3.', '.3e0.'),
    text.replace('.3.', '.-1.'),
    text.replace('.3.', '.9007199254740993.'),
    text.replace(fields.sub, fields.sub.toUpperCase()),
    `${text}=`,
    `${text} `,
    text.replaceAll('-', '+'),
    text.split('.').slice(0, 5).join('.'),
    `${'k'.repeat(600)}${text}`,
  ])('is not read from %j', (other) => {
    expect(parseRefreshToken(other)).toBeUndefined();
  });

  it('has one text only: what is read is what was made', () => {
    const oneText = fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 2 }), (at, inserted) => {
      const changed = text.slice(0, at) + inserted + text.slice(at + 1);
      const token = parseRefreshToken(changed);
      const isGood = token !== undefined && verifyRefreshTokenMac(token, 'gatehouse', key);
      expect(isGood).toBe(changed === text);
    });
    fc.assert(oneText, { numRuns: 1000 });
  });

  it('stores of its secret only a hash that does not lead back', () => {
    expect(hashSessionSecret(fields.sessionSecret)).toHaveLength(43);
    expect(hashSessionSecret(fields.sessionSecret)).not.toContain(fields.sessionSecret);
    expect(hashSessionSecret('a')).not.toBe(hashSessionSecret('b'));
  });
});
