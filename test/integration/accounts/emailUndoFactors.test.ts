import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { undoEmailChange } from '../../../lambdas/flows/accounts/undoEmailChange.ts';
import { storeContract } from '../../support/worlds/storeContract.ts';
import { newPassword, undoBench } from '../../support/worlds/undoBench.ts';
import { from } from '../../support/worlds/world.ts';

storeContract('the factors of an account whose change of address is undone', (stores) => {
  const { own, factors, undoDeps, find, move, undo } = undoBench(stores);
  const { clock, newAccount, jobs } = own;

  it('removes the factors and recovery codes that came since, and no others', async () => {
    const account = await newAccount();
    const [mine, theirs] = [factors.passkey(account.sub), factors.totp(account.sub)];
    await factors.add(account, mine, { codes: ['mine'] });
    const token = await move(account);
    await factors.add(account, theirs, { codes: ['theirs'] });
    await undo(token);
    const set = await stores.world.factors.read(account.sub);
    expect(set.factors).toMatchObject([{ id: mine.id }]);
    expect([...set.recoveryCodes]).toEqual([]);
    expect((await find(account)).factorMethods).toEqual(['webauthn']);

    const other = await newAccount();
    await factors.add(other, factors.totp(other.sub), { codes: ['mine'] });
    await undo(await move(other));
    const kept = await stores.world.factors.read(other.sub);
    expect([kept.factors.length, [...kept.recoveryCodes]]).toEqual([1, ['mine']]);
  });

  it('removes likewise what a release added that did not note when', async () => {
    const account = await newAccount();
    const { sub } = account;
    const now = () => Math.floor(clock() / 1000);
    const [mine, theirs] = [
      { ...factors.passkey(sub), createdAt: now() },
      { ...factors.totp(sub), createdAt: now() + 5 },
    ];
    await factors.add(account, mine);
    const token = await move(account);
    clock.advance(5000);
    await factors.add(account, theirs, { codes: ['theirs'] });
    const { client, tables } = stores.database;
    for (const [id, attribute] of [
      [mine.id, 'since'],
      [theirs.id, 'since'],
      ['set', 'recovery_codes_since'],
    ]) {
      const UpdateExpression = `REMOVE ${attribute}`;
      await client.send(new UpdateCommand({ TableName: tables.Factors, Key: { sub, id }, UpdateExpression }));
    }
    await undo(token);
    const set = await stores.world.factors.read(sub);
    expect([set.factors, [...set.recoveryCodes]]).toMatchObject([[{ id: mine.id }], []]);
  });

  it('tells the owner what still signs in, by kind and date and by no name', async () => {
    const account = await newAccount();
    const early = { ...factors.passkey(account.sub), name: 'Unlock it at https://evil.example', createdAt: 1234 };
    await factors.add(account, early, { codes: ['a', 'b'] });
    const token = await move(account);
    await factors.add(account, factors.passkey(account.sub));
    await undo(token);
    const mail = (await jobs()).find(({ to, template }) => to === account.email && template === 'email-change-undone');
    expect(mail?.['left']).toEqual({ factors: [{ kind: 'passkey', added_at: 1234 }], recovery_codes: 2 });
    expect(JSON.stringify(mail)).not.toContain('evil');
  });

  it('cannot be held up by who keeps changing the account', async () => {
    const account = await newAccount();
    const token = await move(account);
    let adding = 2;
    const busy = {
      ...undoDeps(),
      factors: {
        read: async (sub: string) => {
          const set = await stores.world.factors.read(sub);
          if (adding-- > 0) await factors.add(account, factors.passkey(sub));
          return set;
        },
      },
    };
    await undoEmailChange(busy, { token, newPassword, deviceToken: undefined, from });
    expect((await stores.world.factors.read(account.sub)).factors).toEqual([]);
  });
});
