import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { newMailedLink } from '../../../lambdas/core/mail/mailedLink.ts';
import { noticeJob } from '../../../lambdas/core/mail/mailJob.ts';
import { deriveMailToken } from '../../../lambdas/core/mail/mailToken.ts';
import type { Session } from '../../../lambdas/core/sessions/session.ts';
import { confirmEmailChange, readEmailChangeLink } from '../../../lambdas/flows/accounts/confirmEmailChange.ts';
import { accountKey } from '../../../lambdas/stores/items/accountItems.ts';
import { countCalls } from '../../support/database/countCalls.ts';
import { testEvent } from '../../support/worlds/auditWorld.ts';
import { ownAccountContract } from '../../support/worlds/ownAccountBench.ts';
import { from } from '../../support/worlds/world.ts';

ownAccountContract((bench) => {
  const { clock, deps, change, requestChange, newAccount, startSession, principalOf, eventsOf, jobs, confirmationOf } =
    bench;

  it('a change of address costs the same for a free and a taken one', async () => {
    const [account, owner] = [await newAccount(), await newAccount()];
    const principal = principalOf(await startSession(account));
    await requestChange(principal, 'warm@example.com');
    const free = 'free@example.com';
    const calls = [
      await countCalls(bench.database.client, () => requestChange(principal, free)),
      await countCalls(bench.database.client, () => requestChange(principal, owner.email)),
    ];
    expect(calls[1]).toEqual(calls[0]);
    expect((await jobs()).filter(({ to }) => to === free)).toMatchObject([{ template: 'confirm-email' }]);
    expect((await jobs()).filter(({ to }) => to === owner.email)).toMatchObject([{ template: 'already-registered' }]);
    const told = (await jobs()).filter(({ to }) => to === account.email);
    expect(told.map(({ template }) => template)).toEqual(Array(3).fill('email-change-requested'));
    const kept = JSON.stringify([
      ...(await bench.database.items('Grants')),
      ...(await bench.database.items('AuditOutbox')),
    ]);
    for (const address of [free, owner.email, account.email]) expect(kept).not.toContain(address);
  });

  it('changes of address are limited by address and by account', async () => {
    const principals = [];
    for (let nth = 0; nth < 4; nth++) principals.push(principalOf(await startSession(await newAccount())));
    for (const principal of principals) await requestChange(principal, 'wanted@example.com');
    expect((await jobs()).filter(({ to }) => to === 'wanted@example.com')).toHaveLength(3);
    const [principal] = principals;
    if (!principal) throw new Error('no principal');
    for (const address of ['second@example.com', 'third@example.com']) await requestChange(principal, address);
    await expect(requestChange(principal, 'fourth@example.com')).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('a change of address leads nowhere once the account has shut everybody out', async () => {
    const told = () => ({
      nowMs: clock(),
      event: testEvent(),
      notice: noticeJob({ template: 'password-changed', to: 'owner@example.com', from, nowMs: clock() }),
    });
    const shutOut = {
      reset: async (account: Account) => {
        const { email, sub } = account;
        const nowSeconds = Math.floor(clock() / 1000);
        const link = newMailedLink({ purpose: 'reset', email, key: bench.world.macKey, nowSeconds });
        await bench.world.resets.request({ sub, link, again: undefined, job: link.job, nowMs: clock() });
        const { tokenHash } = link;
        return bench.world.resets.complete({ account, tokenHash, passwordHash: '#reset', ...told() });
      },
      'password change': async (account: Account) => {
        const { sid } = await startSession(account);
        const input = { account, sid, passwordHash: '#new', endSids: [], ...told() };
        return (await bench.world.changes.change(input)) === 'changed';
      },
      'factor change': async ({ sub, credentialsChangedAt }: Account) => {
        const move = new UpdateCommand({
          TableName: bench.world.tables.accounts,
          Key: { pk: accountKey(sub) },
          UpdateExpression: 'SET credentials_changed_at = :at',
          ExpressionAttributeValues: { ':at': credentialsChangedAt + 1 },
        });
        return (await bench.world.client.send(move)) !== undefined;
      },
      'sign-out everywhere': ({ sub }: Account) => bench.world.revocation.revokeEverywhere({ sub, ...told() }),
    };
    for (const [name, shut] of Object.entries(shutOut)) {
      const account = await newAccount();
      const newEmail = `${account.sub}@thief.example`;
      await requestChange(principalOf(await startSession(account)), newEmail);
      const token = await confirmationOf(newEmail, account.sub);
      const read = (await readEmailChangeLink(deps(), token)) ?? expect.fail(name);
      expect(await shut(account), name).toBe(true);
      await expect(confirmEmailChange(deps(), { token, from }), name).rejects.toMatchObject({
        code: 'invalid_token',
        status: 400,
      });
      // Whoever read grant and account just before it is refused by the transaction.
      expect(await bench.world.emailChanges.complete({ ...read, ...told() }), name).toBe(false);
      const after = (await bench.world.accounts.find(account.sub)) ?? expect.fail(name);
      expect(await bench.world.emailChanges.complete({ ...read, ...told(), account: after }), name).toBe(false);
      expect(after.email).toBe(account.email);
    }
  });

  it('a change of address is not asked for on an account that was changed since it was read', async () => {
    const account = await newAccount();
    const [own, other] = [await startSession(account), await startSession(account)];
    await change(principalOf(own));
    const { tokenHash, expiresAt, job } = newMailedLink({
      purpose: 'confirm-email',
      email: 'new@example.com',
      sub: account.sub,
      key: bench.world.macKey,
      nowSeconds: Math.floor(clock() / 1000),
    });
    const input = { sub: account.sub, tokenHash, expiresAt, jobs: [job], nowMs: clock(), event: testEvent() };
    const request = (read: Account, { sid }: Session) =>
      bench.world.emailChangeRequests.request({ ...input, account: read, sid });
    const now = (await bench.world.accounts.find(account.sub)) ?? expect.fail('no account');
    expect(await request(account, own)).toBe(false);
    expect(await request(now, other)).toBe(false);
    expect(await request(now, own)).toBe(true);
  });

  it('a confirmed address takes the place of the old one, which is free again', async () => {
    const account = await newAccount();
    const newEmail = `${account.sub}@moved.example`;
    await requestChange(principalOf(await startSession(account)), newEmail);
    const [job] = (await jobs()).filter(({ to }) => to === newEmail);
    const claims = { nonce: String(job?.['nonce']), expiresAt: Number(job?.['expires_at']) };
    const tokenFor = (email: string, sub: string) =>
      deriveMailToken('confirm-email', { email, sub, ...claims }, bench.world.macKey);
    const confirm = (token: string) => confirmEmailChange(deps(), { token, from });
    for (const other of [tokenFor('other@example.com', account.sub), tokenFor(newEmail, (await newAccount()).sub)]) {
      await expect(confirm(other)).rejects.toMatchObject({ code: 'invalid_token', status: 400 });
    }
    await confirm(tokenFor(newEmail, account.sub));
    expect(await bench.world.accounts.findByEmail(account.email)).toBeUndefined();
    expect(await bench.world.accounts.findByEmail(newEmail)).toMatchObject({
      sub: account.sub,
      email: newEmail,
      normalizedEmail: newEmail,
      credentialsChangedAt: Math.floor(clock() / 1000),
      sessionEpoch: account.sessionEpoch,
    });
    expect(await eventsOf(account.sub, 'email.changed')).toHaveLength(1);
    await newAccount({ email: account.email, normalizedEmail: account.email });
  });
});
