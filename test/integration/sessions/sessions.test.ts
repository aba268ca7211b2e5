import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { storeContract } from '../../support/worlds/storeContract.ts';
import { testPair } from '../../support/worlds/world.ts';

storeContract('the stores', (bench) => {
  const { event, addAccount, newSession, startSession } = bench;

  describe('a session', () => {
    it('starts with its event', async () => {
      const account = await addAccount();
      const { session } = await startSession(account);
      expect(await bench.world.sessions.list(account.sub)).toEqual([session]);
      expect(
        (await bench.database.items('AuditOutbox')).some((item) => String(item['event']).includes('sign_in.succeeded')),
      ).toBe(true);
    });

    it('does not start for an account that has changed since it was read', async () => {
      const account = await addAccount({ sessionEpoch: 3 });
      for (const stale of [
        { ...account, sessionEpoch: 2 },
        { ...account, credentialsChangedAt: account.credentialsChangedAt - 1 },
        { ...(await addAccount({ status: 'disabled' })), status: 'active' as const },
      ]) {
        const { session } = newSession(stale);
        const { credentialsChangedAt } = stale;
        expect(
          await bench.world.sessions.start({ session, pair: testPair(session), credentialsChangedAt, event: event() }),
        ).toBe(false);
        expect(await bench.world.sessions.list(stale.sub)).toEqual([]);
      }
    });

    it('starts for an account of the release before, which does not know when that was', async () => {
      const account = await addAccount();
      await bench.database.client.send(
        new UpdateCommand({
          TableName: bench.database.tables.Accounts,
          Key: { pk: `account#${account.sub}` },
          UpdateExpression: 'REMOVE credentials_changed_at',
        }),
      );
      await startSession({ ...account, credentialsChangedAt: 0 });
    });
  });

  it('reads session and account in one consistent call', async () => {
    const account = await addAccount();
    const { session } = await startSession(account);
    expect(await bench.world.sessions.read(session)).toEqual({ session, account });
  });

  it('reads several sessions in the order that they are asked for, one that is asked for twice as well', async () => {
    const [account, another] = [await addAccount(), await addAccount()];
    const [first, second, third] = [
      (await startSession(account)).session,
      (await startSession(another)).session,
      (await startSession(account)).session,
    ];
    const unknown = { ...first, sid: newSession(account).session.sid };
    expect(await bench.world.sessions.readEach([third, unknown, second, first, third])).toEqual([
      { session: third, account },
      { session: undefined, account },
      { session: second, account: another },
      { session: first, account },
      { session: third, account },
    ]);
  });
});
