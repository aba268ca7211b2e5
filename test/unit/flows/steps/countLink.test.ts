import { describe, expect, it } from 'vitest';
import { newMailedLink } from '../../../../lambdas/core/mail/mailedLink.ts';
import { deriveMailToken, type MailTokenPurpose } from '../../../../lambdas/core/mail/mailToken.ts';
import { confirmEmailChange } from '../../../../lambdas/flows/accounts/confirmEmailChange.ts';
import { undoEmailChange } from '../../../../lambdas/flows/accounts/undoEmailChange.ts';
import { confirmEmail } from '../../../../lambdas/flows/accounts/verifyEmail.ts';
import { resetPassword } from '../../../../lambdas/flows/passwords/resetPassword.ts';
import { memoryLimits } from '../../../support/fakes/memoryLimits.ts';
import {
  from,
  manualClock,
  passwordPolicy,
  testAccount,
  testMacKey,
  testMacKeys,
} from '../../../support/worlds/world.ts';

const newPassword = 'an entirely new password';
const email = 'ada@example.com';

/** Good links of one account, each used up by nothing but its own use; everybody is behind one source address. */
function setUp() {
  const clock = manualClock();
  const key = testMacKey();
  const account = testAccount();
  const limits = memoryLimits({ clock });
  const hashed: string[] = [];
  const used = new Set<string>();
  const tokenOf = (purpose: MailTokenPurpose) => {
    const nowSeconds = Math.floor(clock() / 1000);
    const { job, tokenHash, expiresAt } = newMailedLink({ purpose, email, sub: account.sub, key, nowSeconds });
    const token = deriveMailToken(purpose, { email, sub: account.sub, nonce: job.nonce, expiresAt }, key);
    return { token, tokenHash, expiresAt };
  };
  const undo = tokenOf('undo-email');
  const address = { email, tokenHash: undo.tokenHash, credentialsChangedAt: 1, expiresAt: undo.expiresAt };
  const hash = async (password: string) => {
    hashed.push(password);
    return 'hash';
  };
  const pending = { isPending: async ({ tokenHash }: { tokenHash: string }) => !used.has(tokenHash) };
  const deps = {
    clock,
    limits,
    limitRefunds: limits,
    audit: { record: async () => {} },
    mailKeys: testMacKeys(key),
    accounts: { find: async () => account, findByEmail: async () => account },
    registrations: { ...pending, complete: async () => true },
    resets: { ...pending, complete: async () => true },
    emailChanges: { findSession: async () => ({ sid: 'sid' }), complete: async () => true },
    formerAddresses: { list: async () => [address] },
    undos: { undo: async () => true },
    factors: { read: async () => ({ factors: [], recoveryCodes: new Set<string>(), revision: 0 }) },
    devicePairs: { keep: async () => {} },
    hasher: { hash, verify: async () => false },
    passwordPolicy,
    defaultTenant: 'default',
  };
  const brought = { newPassword, deviceToken: undefined, from };
  const uses = {
    reset: (token = tokenOf('reset').token) => resetPassword(deps, { ...brought, token }),
    undo: (token = undo.token) => undoEmailChange(deps, { ...brought, token }),
    verification: (token = tokenOf('verify-email').token) => confirmEmail(deps, { token, password: newPassword, from }),
    'change of address': (token = tokenOf('confirm-email').token, currentPassword: string | undefined = undefined) =>
      confirmEmailChange(deps, { token, principal: undefined, currentPassword, deviceToken: undefined, from }),
  };
  return { uses, tokenOf, used, hashed };
}

const codeOf = (outcome: Promise<unknown>) =>
  outcome.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

const names = ['reset', 'undo', 'verification'] as const;

describe('a good mailed link', () => {
  it.each(names)('of %s is not refused after a neighbour has sent a good one sixty times', async (name) => {
    const { uses, tokenOf } = setUp();
    const { token } = tokenOf('confirm-email');
    for (let n = 0; n < 70; n++) expect(await codeOf(uses['change of address'](token))).toBe('invalid_credentials');
    expect(await codeOf(uses[name]())).toBe('done');
  });

  it.each(names)('of %s is not refused after a neighbour has sent bad ones', async (name) => {
    const { uses } = setUp();
    const answers = [];
    for (let n = 0; n < 61; n++) answers.push(await codeOf(uses[name]('forged')));
    expect(new Set(answers.slice(0, 60))).toEqual(new Set(['invalid_token']));
    expect(answers[60]).toBe('rate_limited');
    expect(await codeOf(uses[name]())).toBe('done');
  });

  it.each(names)('of %s buys ten hashes an hour', async (name) => {
    const { uses, tokenOf, hashed } = setUp();
    const purpose = ({ reset: 'reset', undo: 'undo-email', verification: 'verify-email' } as const)[name];
    const token = name === 'undo' ? undefined : tokenOf(purpose).token;
    const answers = [];
    for (let n = 0; n < 11; n++) answers.push(await codeOf(uses[name](token)));
    expect(answers).toEqual([...Array.from({ length: 10 }, () => 'done'), 'rate_limited']);
    expect(hashed).toHaveLength(10);
  });
});

it('a token that is used counts and answers as a forged one', async () => {
  const { uses, tokenOf, used } = setUp();
  const { token, tokenHash } = tokenOf('reset');
  used.add(tokenHash);
  for (let n = 0; n < 60; n++) expect(await codeOf(uses.reset(n % 2 ? token : 'forged'))).toBe('invalid_token');
  expect([await codeOf(uses.reset(token)), await codeOf(uses.reset('forged'))]).toEqual([
    'rate_limited',
    'rate_limited',
  ]);
});
