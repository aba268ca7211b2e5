import { randomUUID } from 'node:crypto';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { newMailedLink } from '../../../lambdas/core/mail/mailedLink.ts';
import { confirmEmailChange } from '../../../lambdas/flows/accounts/confirmEmailChange.ts';
import { requestRegistration } from '../../../lambdas/flows/accounts/requestRegistration.ts';
import { readUndoLink } from '../../../lambdas/flows/accounts/undoEmailChange.ts';
import { createAccountAdministration } from '../../../lambdas/stores/accounts/accountAdministration.ts';
import { createAccountErasure } from '../../../lambdas/stores/accounts/accountErasure.ts';
import { accountKey } from '../../../lambdas/stores/items/accountItems.ts';
import { countCalls } from '../../support/database/countCalls.ts';
import { testEvent } from '../../support/worlds/auditWorld.ts';
import { storeContract } from '../../support/worlds/storeContract.ts';
import { newPassword, undoBench } from '../../support/worlds/undoBench.ts';
import { from, testAccount } from '../../support/worlds/world.ts';

const lifetime = { accessTokenTtlSeconds: 900, clockLeewaySeconds: 5 };
const refused = { code: 'invalid_token', status: 400 };

storeContract('a change of address that is undone', (stores) => {
  const { own, factors, undoDeps, find, newAddress, move, undo, mailsTo } = undoBench(stores);
  const { clock, deps, newAccount, startSession, principalOf, confirmationOf } = own;

  it('gives the address back, with a new password, and ends every session', async () => {
    const account = await newAccount();
    const thief = newAddress();
    const token = await move(account, thief);
    expect(await stores.world.accounts.findByEmail(account.email)).toBeUndefined();
    const changed = await find(account);
    expect(changed.email).toBe(thief);
    await stores.database.client.send(
      new UpdateCommand({
        TableName: stores.world.tables.accounts,
        Key: { pk: accountKey(account.sub) },
        UpdateExpression: 'SET email_verified = :no',
        ExpressionAttributeValues: { ':no': false },
      }),
    );
    await undo(token);
    expect(await stores.world.accounts.findByEmail(account.email)).toMatchObject({
      sub: account.sub,
      email: account.email,
      emailVerified: true,
      passwordHash: `#${newPassword}`,
      sessionEpoch: account.sessionEpoch + 1,
    });
    expect((await find(account)).credentialsChangedAt).toBeGreaterThan(changed.credentialsChangedAt);
    expect(await stores.world.accounts.findByEmail(thief)).toBeUndefined();
    expect(await own.eventsOf(account.sub, 'email.change_undone')).toHaveLength(1);
    expect(await mailsTo(account.email)).toContain('email-change-undone');
    expect(await mailsTo(thief)).not.toContain('undo-email');
    await expect(undo(token)).rejects.toMatchObject(refused);
    // Nobody was given the address that the thief had: it is free.
    await newAccount({ email: thief, normalizedEmail: thief });
  });

  it('voids the links of later changes, and not those of earlier ones', async () => {
    const account = await newAccount();
    const [b, c] = [newAddress(), newAddress()];
    const fromA = await move(account, b);
    clock.advance(5000);
    const fromB = await move(account, c);
    expect(await readUndoLink(undoDeps(), fromB)).toMatchObject({ address: { email: b } });
    await undo(fromA);
    await expect(undo(fromB)).rejects.toMatchObject(refused);
    expect((await find(account)).email).toBe(account.email);

    const other = await newAccount();
    const first = await move(other, newAddress());
    const middle = (await find(other)).email;
    clock.advance(5000);
    const second = await move(other, newAddress());
    await undo(second);
    expect((await find(other)).email).toBe(middle);
    await undo(first);
    expect((await find(other)).email).toBe(other.email);
  });

  it('undoes a change back to an address as well', async () => {
    const account = await newAccount();
    const [away, back] = [newAddress(), account.email];
    const first = await move(account, away);
    clock.advance(5000);
    const second = await move(account, back);
    await undo(second);
    expect((await find(account)).email).toBe(away);
    expect(await stores.world.accounts.holderOf(back)).toMatchObject({
      account: undefined,
      reserved: { sub: account.sub },
    });
    await undo(first);
    expect((await find(account)).email).toBe(back);
  });

  it('is good for seven days, and the address is reserved as long', async () => {
    const account = await newAccount();
    const token = await move(account);
    const { client } = stores.database;
    const administration = createAccountAdministration({ client, tables: stores.world.tables, lifetime });
    const { email } = account;
    const taker = () => {
      const updatedAt = Math.floor(clock() / 1000);
      return administration.create({
        account: testAccount({ email, normalizedEmail: email, updatedAt }),
        event: testEvent(),
      });
    };
    expect(await taker()).toBe(false);
    clock.advance(7 * 86_400_000 - 10_000);
    expect(await readUndoLink(undoDeps(), token)).toBeDefined();
    expect(await taker()).toBe(false);
    clock.advance(11_000);
    await expect(undo(token)).rejects.toMatchObject(refused);
    clock.advance(120_000);
    expect(await taker()).toBe(true);
  });

  it('voids whatever else is open', async () => {
    const account = await newAccount();
    const token = await move(account);
    const changed = await find(account);
    const session = await startSession(changed);
    const next = newAddress();
    await own.requestChange(principalOf(session), next);
    const pending = await confirmationOf(next, account.sub);
    const { sub } = account;
    const nowSeconds = Math.floor(clock() / 1000);
    const reset = newMailedLink({ purpose: 'reset', email: next, key: stores.world.macKey, nowSeconds });
    await stores.world.resets.request({ sub, link: reset, again: undefined, job: reset.job, nowMs: clock() });
    await factors.stores.enrolments.begin(account.sub, {
      id: 'app',
      sid: session.sid,
      sealedSecret: 's',
      expiresAt: 2 ** 40,
    });
    await undo(token);
    const confirm = {
      token: pending,
      principal: undefined,
      currentPassword: newPassword,
      deviceToken: undefined,
      from,
    };
    await expect(confirmEmailChange(deps(), confirm)).rejects.toMatchObject(refused);
    expect(await stores.world.resets.isPending({ sub, tokenHash: reset.tokenHash })).toBe(false);
    expect(await factors.stores.enrolments.find(account.sub)).toBeUndefined();
    const grants = await stores.database.items('Grants');
    expect(grants.filter(({ pk }) => String(pk).includes(account.sub))).toEqual([]);
  });

  it('happens once, whoever sends the link', async () => {
    const token = await move(await newAccount());
    const answers = await Promise.allSettled(Array.from({ length: 5 }, () => undo(token)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is not offered to an address that never was confirmed', async () => {
    const account = await newAccount({ emailVerified: false });
    const to = newAddress();
    const session = await startSession(account);
    await own.requestChange(principalOf(session), to);
    const token = await confirmationOf(to, account.sub);
    await confirmEmailChange(deps(), {
      token,
      principal: principalOf(session),
      currentPassword: undefined,
      deviceToken: undefined,
      from,
    });
    expect(await mailsTo(account.email)).toEqual(expect.arrayContaining(['email-changed']));
    expect(await mailsTo(account.email)).not.toContain('undo-email');
    await newAccount({ email: account.email, normalizedEmail: account.email });
  });

  it('is void, and the address free, once the account is erased', async () => {
    const account = await newAccount();
    const token = await move(account);
    const erasure = createAccountErasure({ client: stores.database.client, tables: stores.world.tables, lifetime });
    const { sub } = account;
    await erasure.begin({ erasure: { sub, actor: { type: 'subject', id: sub } }, nowMs: clock(), event: testEvent() });
    await expect(undo(token)).rejects.toMatchObject(refused);
    const notice = { jobId: randomUUID(), template: 'decoy', expiresAt: 1 } as const;
    const changed = await find(account);
    expect(await erasure.finish({ account: changed, nowMs: clock(), event: testEvent(), notice })).toBe(true);
    await expect(undo(token)).rejects.toMatchObject(refused);
    expect(JSON.stringify(await stores.database.items('Accounts'))).not.toContain(account.email);
    await newAccount({ email: account.email, normalizedEmail: account.email });
  });

  it('a reserved address is told from a free one by its reader alone', async () => {
    const account = await newAccount();
    await move(account);
    const { email } = account;
    const register = (text: string) => requestRegistration(deps(), { email: text, from });
    await register(newAddress());
    const free = newAddress();
    const calls = [
      await countCalls(stores.database.client, () => register(free)),
      await countCalls(stores.database.client, () => register(email)),
    ];
    expect(calls[1]).toEqual(calls[0]);
    expect(await mailsTo(free)).toEqual(['verify-email']);
    expect(await mailsTo(email)).toContain('address-reserved');
    const stranger = await newAccount();
    await own.requestChange(principalOf(await startSession(stranger)), email);
    expect((await mailsTo(email)).filter((template) => template === 'address-reserved')).toHaveLength(2);
    expect(await mailsTo(email)).not.toContain('confirm-email');
    // For the account itself it is free.
    await own.requestChange(principalOf(await startSession(await find(account))), email);
    expect(await mailsTo(email)).toContain('confirm-email');
  });
});
