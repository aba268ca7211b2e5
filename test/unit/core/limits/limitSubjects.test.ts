import { createHash, createHmac, createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { limitDefinitions, limitNames } from '../../../../lambdas/contract/limits.ts';
import { subkey } from '../../../../lambdas/core/keys/subkey.ts';
import {
  limitFor,
  limitsOfAccount,
  limitsOfSource,
  limitsOfSub,
} from '../../../../lambdas/core/limits/limitSubjects.ts';

const key = { kid: 'k1', key: createSecretKey(Buffer.alloc(32, 7)) };
const account = { sub: '5d2b9c6e-0000-4000-8000-000000000001', credentialsChangedAt: 1700 };
const email = 'ada@example.com';
const hashed = createHmac('sha256', subkey('limit', key.key)).update(email).digest('base64url');

const pair = createHash('sha256').update(`${account.sub}#d`).digest('base64url');

const countingBy = (...ways: string[]) => limitNames.filter((name) => ways.includes(limitDefinitions[name].countsBy));
const named = (decisions: readonly { limit: string }[]) => decisions.map(({ limit }) => limit).sort();

describe('the key of a limit', () => {
  it.each([
    ['signInPerAddress', limitFor('signInPerAddress', { ip: '2001:db8:1:2:3::9' }), '2001:db8:1:2::/64'],
    ['mailsPerAccount', limitFor('mailsPerAccount', { email, key }), hashed],
    [
      'resetPerAccountAndAddress',
      limitFor('resetPerAccountAndAddress', { email, key, ip: '203.0.113.7' }),
      `${hashed}#203.0.113.7`,
    ],
    [
      'unconfirmedMailsPerDeployment',
      limitFor('unconfirmedMailsPerDeployment', { email, key, confirmed: false }),
      'all',
    ],
    [
      'unconfirmedMailsPerDeployment of a confirmed address',
      limitFor('unconfirmedMailsPerDeployment', { email, key, confirmed: true }),
      `confirmed#${hashed}`,
    ],
    ['signInPerAccount', limitFor('signInPerAccount', { email, key, credentialsChangedAt: 1700 }), `${hashed}#1700`],
    [
      'signInPerAccount of a stranger',
      limitFor('signInPerAccount', { email, key, credentialsChangedAt: 0 }),
      `${hashed}#0`,
    ],
    [
      'signInPerAccountAndAddress',
      limitFor('signInPerAccountAndAddress', { email, key, credentialsChangedAt: 1700, ip: '203.0.113.7' }),
      `${hashed}#1700#203.0.113.7`,
    ],
    ['emailChangePerAccount', limitFor('emailChangePerAccount', account), account.sub],
    ['secondFactorPerAccount', limitFor('secondFactorPerAccount', account), `${account.sub}#1700`],
    ['secondFactorPerAccount of a device', limitFor('secondFactorPerAccount', { ...account, pairId: 'd' }), pair],
    ['signInPerDevice', limitFor('signInPerDevice', { ...account, pairId: 'd' }), pair],
    ['provenSignInPerAccount', limitFor('provenSignInPerAccount', account), `${account.sub}#1700`],
    ['provenSignInPerDevice', limitFor('provenSignInPerDevice', { ...account, pairId: 'd' }), pair],
    ['provenSignInPerPasskey', limitFor('provenSignInPerPasskey', { ...account, factorId: 'd' }), pair],
    ['stepUpPerSession', limitFor('stepUpPerSession', { sid: 's' }), 's'],
  ])('%s stays what stored counts are under', (_, decision, expected) => {
    expect(decision.key).toBe(expected);
  });
});

describe('what was counted', () => {
  it('under a sub is erased with its account, whatever the limit', () => {
    const byName = countingBy('account', 'accountCredentials', 'deviceOrAccount');
    expect(byName).toContain('provenSignInPerAccount');
    expect(named(limitsOfSub(account))).toEqual([...byName].sort());
  });

  it('for a source address is shown to an operator', () => {
    expect(named(limitsOfSource('203.0.113.7'))).toEqual([...countingBy('source')].sort());
  });

  it('for an e-mail address and its account is shown to an operator', () => {
    const ofSub = ['account', 'accountCredentials', 'deviceOrAccount'];
    const all = countingBy('email', 'emailAndSource', 'credentials', 'credentialsAndSource', ...ofSub);
    expect(named(limitsOfAccount({ email, key, account, ip: '203.0.113.7' }))).toEqual([...all].sort());
  });

  it('for an e-mail address without an account is shown to an operator', () => {
    const all = countingBy('email', 'credentials');
    expect(named(limitsOfAccount({ email, key, account: undefined, ip: undefined }))).toEqual([...all].sort());
  });
});
