import { createSecretKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { makeMacToken } from '../../../../lambdas/core/keys/macToken.ts';
import { deriveMailToken, hashMailToken, pendingId } from '../../../../lambdas/core/mail/mailToken.ts';
import { csrfTokenOf } from '../../../../lambdas/core/sessions/csrfToken.ts';
import { hashDeviceSecret, writeDeviceToken } from '../../../../lambdas/core/sessions/deviceToken.ts';
import { encodeRefreshToken, hashSessionSecret } from '../../../../lambdas/core/sessions/refreshToken.ts';
import { hashCookieSecret, sessionCookieSecret } from '../../../../lambdas/core/sessions/sessionCookie.ts';

const key = { kid: 'k-1_x', key: createSecretKey(Buffer.alloc(32, 7)) };
const sub = '3a0f6c0e-1234-4000-8000-000000000001';
const mailed = { email: 'a@b.c', nonce: 'n'.repeat(22), expiresAt: 1_800_000_000 };
const refresh = { kid: key.kid, sub, sid: 'sid', generation: 3, sessionSecret: 's' };

/** Tokens that are out there, and hashes that are stored, are those of the release before: none of them may change. */
it.each([
  [
    'a mailed token',
    deriveMailToken('reset', mailed, key),
    'v1.k-1_x.YUBiLmM.nnnnnnnnnnnnnnnnnnnnnn.tro8w0.jHhAsgJhUrdYuWseqvCLJ3zObBcRFJTm5MTeF2csXj8',
  ],
  [
    'a mailed token with its account',
    deriveMailToken('confirm-email', { ...mailed, sub }, key),
    'v1.k-1_x.YUBiLmM.3a0f6c0e-1234-4000-8000-000000000001.nnnnnnnnnnnnnnnnnnnnnn.tro8w0.NMHp646oMcvFGwUEAVeT-J6hesWCKMBPoK5iiG61PAg',
  ],
  ['the hash of a mailed token', hashMailToken('x'), 'LXEWQrcmsEQBYnyp-6wy9chTD7GQPMTbAiWHF5IaSIE'],
  ['the name of a pending registration', pendingId('a@b.c', key), 'ZelKtxZx0-ZcJ3O8C9ZPNBQhMR3L22gBjQwfQbkb80A'],
  [
    'a device token of the release before',
    makeMacToken({ use: 'device-token' }, [sub, 'd'.repeat(22)], 1_800_000_000, key),
    'v1.k-1_x.3a0f6c0e-1234-4000-8000-000000000001.dddddddddddddddddddddd.tro8w0.N1WGTfNYDeYWeIWeDhOTuzuKY3T0VRbTQ8idicfk8pk',
  ],
  [
    'a device token',
    writeDeviceToken({ id: 'd'.repeat(22), secrets: ['s'.repeat(22), 't'.repeat(22)], earlier: [] }),
    'd2.dddddddddddddddddddddd.ssssssssssssssssssssss.tttttttttttttttttttttt',
  ],
  ['the hash of a device’s id', hashDeviceSecret('s'), 'BDpxh3TFcr2KJa2-sb_NXAJWrhHOz5-cP5JdDlK-r4k'],
  [
    'a refresh token',
    encodeRefreshToken(refresh, 'c', key),
    'k-1_x.3a0f6c0e-1234-4000-8000-000000000001.sid.3.s.5hi7r23KGyIBz5PAEV-QFsNlr2_iqGQptEuc8D8vXwI',
  ],
  ['the hash of a session secret', hashSessionSecret('s'), 'BDpxh3TFcr2KJa2-sb_NXAJWrhHOz5-cP5JdDlK-r4k'],
  ['the secret of a session cookie', sessionCookieSecret('s'), 'RSyi6hDPqugVnzj3J28PMBFihgmcgv8U3AYqIdDQHGU'],
  ['the hash of a cookie secret', hashCookieSecret('s'), 'BDpxh3TFcr2KJa2-sb_NXAJWrhHOz5-cP5JdDlK-r4k'],
  ['a CSRF token', csrfTokenOf('s'), 'h8EX0-yJX75TeIfqG9t1JhZb3m1EtMQ6KC4NEdje8uM'],
  [
    'a bound token',
    makeMacToken({ use: 'mfa-token', boundTo: '' }, ['a', 'b'], 1_800_000_000, key),
    'v1.k-1_x.a.b.tro8w0.dPZDI_CRFkh55l-CevXIK376Hx2OmzM-q3LP3Q1QAJE',
  ],
])('%s is byte for byte what it was', (_, made, was) => {
  expect(made).toBe(was);
});
