import { describe, expect, it } from 'vitest';
import { makeMfaToken, mfaTokenHolds, openMfaToken } from '../../../../lambdas/core/factors/mfaToken.ts';
import { type MadeFor, makeChallenge, openChallenge } from '../../../../lambdas/core/factors/webauthnChallenge.ts';
import { makeMacToken, type OpenMacTokenOptions, openMacToken } from '../../../../lambdas/core/keys/macToken.ts';
import { testAccount, testMacKey } from '../../../support/worlds/world.ts';

const now = 1_800_000_000;
const key = testMacKey();
const find = (kid: string) => (kid === key.kid ? key : undefined);
const scope = { use: 'mfa-token', boundTo: 'somebody' } as const;

describe('a token', () => {
  const token = makeMacToken(scope, ['one', 'two-2_'], now + 300, key);
  const open = (text: string, change: Partial<OpenMacTokenOptions> = {}) =>
    openMacToken(text, { ...scope, nowSeconds: now, find, ...change });

  it('opens to what it was made of, until it expires', async () => {
    expect(await open(token)).toEqual({ fields: ['one', 'two-2_'], expiresAt: now + 300 });
    expect(await open(token, { nowSeconds: now + 299 })).toBeDefined();
    expect(await open(token, { nowSeconds: now + 300 })).toBeUndefined();
  });

  it('opens neither for another use, nor bound to another, nor under another key', async () => {
    expect(await open(token, { use: 'webauthn-challenge/alone' })).toBeUndefined();
    expect(await open(token, { boundTo: 'somebody else' })).toBeUndefined();
    const other = { ...testMacKey(), kid: key.kid };
    expect(await open(token, { find: () => other })).toBeUndefined();
    expect(await open(token, { find: () => undefined })).toBeUndefined();
  });

  it('has one spelling: a change of any character makes it none', async () => {
    for (let at = 0; at < token.length; at++) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      expect(await open(changed), changed).toBeUndefined();
    }
    for (const text of ['', 'v1', `${token}=`, `${token}.`, token.slice(1), 'a'.repeat(5000)]) {
      expect(await open(text)).toBeUndefined();
    }
  });

  it('takes no field that would read as two', () => {
    expect(() => makeMacToken(scope, ['a.b'], now, key)).toThrow(RangeError);
    expect(() => makeMacToken(scope, [''], now, key)).toThrow(RangeError);
  });
});

describe('an mfa_token', () => {
  const account = testAccount({ sessionEpoch: 3, credentialsChangedAt: 77 });
  const options = { nowSeconds: now, find };

  it('names the account as it was, for five minutes', async () => {
    const token = makeMfaToken({ account, device: undefined, deviceToken: undefined, nowSeconds: now, key });
    const opened = await openMfaToken(token, options);
    expect(opened).toMatchObject({ sub: account.sub, epoch: 3, credentialsChangedAt: 77, expiresAt: now + 300 });
    expect(opened?.pairId).toBeUndefined();
    const device = { pairId: 'A'.repeat(43) };
    const deviceToken = 'd2.id.secret';
    const known = await openMfaToken(makeMfaToken({ account, device, deviceToken, nowSeconds: now, key }), options);
    expect(known).toMatchObject({ ...device, deviceToken });
    expect(await openMfaToken(token, { ...options, nowSeconds: now + 300 })).toBeUndefined();
    expect(
      (
        await openMfaToken(
          makeMfaToken({ account, device: undefined, deviceToken: undefined, nowSeconds: now, key }),
          options,
        )
      )?.id,
    ).not.toBe(opened?.id);
  });

  it('holds no longer than what its password was proven of', async () => {
    const opened = await openMfaToken(
      makeMfaToken({ account, device: undefined, deviceToken: undefined, nowSeconds: now, key }),
      options,
    );
    if (!opened) throw new Error('it does not open');
    expect(mfaTokenHolds(opened, account)).toBe(true);
    for (const change of [{ sessionEpoch: 4 }, { credentialsChangedAt: 78 }, { status: 'disabled' }] as const) {
      expect(mfaTokenHolds(opened, { ...account, ...change })).toBe(false);
    }
    expect(mfaTokenHolds(opened, testAccount({ sessionEpoch: 3, credentialsChangedAt: 77 }))).toBe(false);
  });
});

describe('a challenge', () => {
  const after = { purpose: 'after-password', sub: 'one', credentialsChangedAt: 1 } as const;
  const purposes: readonly MadeFor[] = [
    { purpose: 'alone' },
    { ...after, mfaTokenId: 'one' },
    { ...after, mfaTokenId: 'other' },
    { ...after, mfaTokenId: 'one', sub: 'other' },
    { ...after, mfaTokenId: 'one', credentialsChangedAt: 2 },
    { purpose: 'enrolment', sub: 'one', sid: 'a' },
    { purpose: 'enrolment', sub: 'one', sid: 'b' },
    { purpose: 'enrolment', sub: 'other', sid: 'a' },
  ];

  it('is good for the purpose that it was made for alone', async () => {
    for (const made of purposes) {
      const challenge = makeChallenge(made, now, key).toString('base64url');
      for (const asked of purposes) {
        const opened = await openChallenge(challenge, { purpose: asked, nowSeconds: now, find });
        expect(opened !== undefined, `${JSON.stringify(made)} for ${JSON.stringify(asked)}`).toBe(made === asked);
      }
      expect(await openChallenge(challenge, { purpose: made, nowSeconds: now + 300, find })).toBeUndefined();
    }
  });

  it('after a password is good for a step-up of the same account, whichever mfa_token it was made for', async () => {
    for (const made of purposes) {
      const challenge = makeChallenge(made, now, key).toString('base64url');
      const opened = await openChallenge(challenge, { purpose: after, nowSeconds: now, find });
      const good = 'mfaTokenId' in made && made.sub === after.sub && made.credentialsChangedAt === 1;
      expect(opened !== undefined, JSON.stringify(made)).toBe(good);
    }
  });

  it('F34 that the release before made for an mfa_token is good for it', async () => {
    const use = 'webauthn-challenge/second-factor';
    const made = makeMacToken({ use, boundTo: 'one' }, ['id'], now + 300, key);
    const challenge = Buffer.from(made, 'utf8').toString('base64url');
    for (const mfaTokenId of ['one', 'other']) {
      const opened = await openChallenge(challenge, { purpose: { ...after, mfaTokenId }, nowSeconds: now, find });
      expect(opened?.id).toBe(mfaTokenId === 'one' ? 'id' : undefined);
    }
  });
});
