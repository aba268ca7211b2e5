import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { newMailedLink } from '../../../lambdas/core/mail/mailedLink.ts';
import { noticeJob } from '../../../lambdas/core/mail/mailJob.ts';
import { deriveMailToken } from '../../../lambdas/core/mail/mailToken.ts';
import type { Principal } from '../../../lambdas/core/sessions/principal.ts';
import { newSessionId, type Session } from '../../../lambdas/core/sessions/session.ts';
import { confirmEmailChange, readEmailChangeLink } from '../../../lambdas/flows/accounts/confirmEmailChange.ts';
import { accountKey } from '../../../lambdas/stores/items/accountItems.ts';
import { countCalls } from '../../support/database/countCalls.ts';
import { testEvent } from '../../support/worlds/auditWorld.ts';
import { type OwnAccountBench, ownAccountContract, password } from '../../support/worlds/ownAccountBench.ts';
import { from } from '../../support/worlds/world.ts';

type Begun = Awaited<ReturnType<OwnAccountBench['begin']>>;

ownAccountContract((bench) => {
  const { clock, deps, change, requestChange, newAccount, startSession, principalOf, eventsOf, jobs, confirmationOf } =
    bench;
  /** By the account's password, unless said otherwise. */
  const confirm = (
    token: string,
    by: { principal?: Principal; currentPassword?: string } = { currentPassword: password },
  ) =>
    confirmEmailChange(deps(), {
      principal: undefined,
      currentPassword: undefined,
      deviceToken: undefined,
      token,
      from,
      ...by,
    });

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

  it('a change of address leads nowhere once the account has shut everybody out', async () => {
    const told = () => ({
      nowMs: clock(),
      event: testEvent(),
      notice: noticeJob({
        template: 'password-changed',
        to: 'owner@example.com',
        owner: undefined,
        from,
        nowMs: clock(),
      }),
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
      await expect(confirm(token), name).rejects.toMatchObject({
        code: 'invalid_token',
        status: 400,
      });
      // Whoever read grant and account just before it is refused by the transaction.
      const { notice: mail, ...rest } = told();
      const complete = { ...read, ...rest, formerAddresses: [], mail };
      expect(await bench.world.emailChanges.complete(complete), name).toBe(false);
      const after = (await bench.world.accounts.find(account.sub)) ?? expect.fail(name);
      expect(await bench.world.emailChanges.complete({ ...complete, account: after }), name).toBe(false);
      expect(after.email).toBe(account.email);
    }
  });

  it('L24 a change of address dies with the session that asked for it', async () => {
    const revoke = ({ sub, sid }: Session) =>
      bench.world.revocation.revoke({ sub, sid, nowMs: clock(), event: testEvent() });
    const ends: Readonly<Record<string, (begun: Begun) => Promise<unknown>>> = {
      'signed out': ({ session }) => revoke(session),
      'a refresh token used again': async ({ session, refreshToken }) => {
        await bench.refresh(refreshToken);
        clock.advance(60_000);
        await expect(bench.refresh(refreshToken)).rejects.toMatchObject({ code: 'invalid_grant' });
        expect(await bench.active(session.sub)).not.toContain(session.sid);
      },
      expired: ({ session: { sub, sid } }) =>
        bench.world.client.send(
          new UpdateCommand({
            TableName: bench.world.tables.sessions,
            Key: { sub, sid },
            UpdateExpression: 'SET idle_expires_at = :now',
            ExpressionAttributeValues: { ':now': Math.floor(clock() / 1000) },
          }),
        ),
    };
    for (const [name, end] of Object.entries(ends)) {
      const account = await newAccount();
      const begun = await bench.begin(account);
      // Another session lives on: it is the one that asked which counts.
      await startSession(account);
      const newEmail = `${account.sub}@thief.example`;
      await requestChange(principalOf(begun.session), newEmail);
      const token = await confirmationOf(newEmail, account.sub);
      const read = (await readEmailChangeLink(deps(), token)) ?? expect.fail(name);
      await end(begun);
      const refusal = { code: 'invalid_token', status: 400 };
      await expect(confirm(token), name).rejects.toMatchObject(refusal);
      expect(await readEmailChangeLink(deps(), token), name).toBeUndefined();
      // Whoever read the session just before its end is refused by the transaction.
      const mail = noticeJob({
        template: 'email-changed',
        to: account.email,
        owner: account.sub,
        from,
        nowMs: clock(),
      });
      const change = { ...read, formerAddresses: [], nowMs: clock(), event: testEvent(), mail };
      const completed = bench.world.emailChanges.complete(change);
      expect(await completed, name).toBe(false);
      expect(await bench.world.accounts.find(account.sub), name).toMatchObject({ email: account.email });
    }
  });

  it('L24 a change of address is completed for the session that asked for it, and for no other', async () => {
    const account = await newAccount();
    const [asked, other] = [await startSession(account), await startSession(account)];
    const newEmail = `${account.sub}@moved.example`;
    await requestChange(principalOf(asked), newEmail);
    const read = await readEmailChangeLink(deps(), await confirmationOf(newEmail, account.sub));
    const link = read ?? expect.fail('no link');
    const mail = noticeJob({ template: 'email-changed', to: account.email, owner: account.sub, from, nowMs: clock() });
    const change = { ...link, formerAddresses: [], nowMs: clock(), event: testEvent(), mail };
    expect(link.sid).toBe(asked.sid);
    expect(await bench.world.emailChanges.complete({ ...change, sid: other.sid })).toBe(false);
    expect(await bench.world.emailChanges.complete(change)).toBe(true);
  });

  it('L26 a mailed token alone confirms no address', async () => {
    const [account, stranger] = [await newAccount(), await newAccount()];
    const session = await startSession(account);
    const newEmail = `${account.sub}@moved.example`;
    await requestChange(principalOf(session), newEmail);
    const token = await confirmationOf(newEmail, account.sub);
    const older = { ...session, sid: newSessionId(account.sessionEpoch + 1) };
    for (const by of [
      {},
      { currentPassword: 'a guess at the password' },
      { principal: principalOf(await startSession(stranger)) },
      { principal: principalOf(older) },
    ]) {
      await expect(confirm(token, by)).rejects.toMatchObject({ code: 'invalid_credentials', status: 401 });
    }
    expect(await bench.world.accounts.find(account.sub)).toMatchObject({ email: account.email });
    await confirm(token, { principal: principalOf(session) });
    expect(await bench.world.accounts.find(account.sub)).toMatchObject({ email: newEmail });
  });

  it('whoever holds a mailed token has ten guesses at the password, and the owner is not held up', async () => {
    const account = await newAccount();
    const session = await startSession(account);
    const newEmail = `${account.sub}@moved.example`;
    await requestChange(principalOf(session), newEmail);
    const token = await confirmationOf(newEmail, account.sub);
    const guess = () => confirm(token, { currentPassword: 'a guess at the password' });
    for (let nth = 0; nth < 10; nth++) await expect(guess()).rejects.toMatchObject({ code: 'invalid_credentials' });
    await expect(guess()).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(confirm(token)).rejects.toMatchObject({ code: 'rate_limited' });
    expect(await eventsOf(account.sub, 'password.refused')).toHaveLength(10);
    await change(principalOf(await startSession(account)));
    // The password is another one by now: the link is no longer good.
    await expect(confirm(token, { principal: principalOf(session) })).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it('a change of address is not asked for on an account that was changed since it was read', async () => {
    const account = await newAccount();
    const [own, other] = [await startSession(account), await startSession(account)];
    await change(principalOf(own));
    const link = newMailedLink({
      purpose: 'confirm-email',
      email: 'new@example.com',
      sub: account.sub,
      key: bench.world.macKey,
      nowSeconds: Math.floor(clock() / 1000),
    });
    const input = {
      ...{ sub: account.sub, link, again: undefined, jobs: [link.job] },
      ...{ nowMs: clock(), event: testEvent() },
    };
    const request = (read: Account, { sid }: Session) =>
      bench.world.emailChangeRequests.request({ ...input, account: read, sid });
    const now = (await bench.world.accounts.find(account.sub)) ?? expect.fail('no account');
    expect(await request(account, own)).toBe(false);
    expect(await request(now, other)).toBe(false);
    expect(await request(now, own)).toBe(true);
  });

  it('a confirmed address takes the place of the old one, which is free again after seven days', async () => {
    const account = await newAccount();
    const newEmail = `${account.sub}@moved.example`;
    await requestChange(principalOf(await startSession(account)), newEmail);
    const [job] = (await jobs()).filter(({ to }) => to === newEmail);
    const claims = { nonce: String(job?.['nonce']), expiresAt: Number(job?.['expires_at']) };
    const tokenFor = (email: string, sub: string) =>
      deriveMailToken('confirm-email', { email, sub, ...claims }, bench.world.macKey);

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
    clock.advance(8 * 86_400_000);
    const updatedAt = Math.floor(clock() / 1000);
    const next = await newAccount({ email: account.email, normalizedEmail: account.email, updatedAt });
    expect(await bench.world.accounts.findByEmail(account.email)).toMatchObject({ sub: next.sub });
  });
});
