import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import {
  hashDeviceSecret,
  newDeviceSecret,
  readDeviceToken,
  writeDeviceToken,
} from '../../../lambdas/core/sessions/deviceToken.ts';
import { createLimitSessions } from '../../../lambdas/flows/signIn/limitSessions.ts';
import { type SignInDeps, signIn } from '../../../lambdas/flows/signIn/signIn.ts';
import { emailKey } from '../../../lambdas/stores/items/accountItems.ts';
import { roundTrips } from '../../support/database/roundTrips.ts';
import { earlierDeviceToken } from '../../support/fakes/memoryDevices.ts';
import { storeContract } from '../../support/worlds/storeContract.ts';
import { from } from '../../support/worlds/world.ts';

const right = 'the right password';
let sources = 0;

storeContract('the round trips of a sign-in', (bench) => {
  function depsOf(): SignInDeps {
    const { world, clock } = bench;
    return {
      ...world,
      credentialKeys: world.macKeys,
      refreshKeys: world.macKeys,
      hasher: { verify: async (hash, password) => hash === 'hash' && password === right },
      rehash: async () => {},
      endPreviousSessions: async () => [],
      limitSessions: createLimitSessions({
        sessions: world.sessions,
        revocation: world.revocation,
        clock,
        failed: (error) => expect.fail(String(error)),
      }),
    };
  }

  const attempt = (email: string, password: string, deviceToken?: string, ip?: string) =>
    signIn(depsOf(), {
      email,
      password,
      deviceToken,
      from: { ...from, ip: ip ?? `203.0.113.${++sources}` },
      delivery: { by: 'body' },
    });
  const trips = async (run: () => Promise<unknown>) =>
    (await roundTrips(() => run().catch(() => undefined))).sequential;
  const knownOn = async ({ email }: Account) => String((await attempt(email, right)).deviceToken);

  describe('on a device that the account does not know', () => {
    it('are four', async () => {
      const { email } = await bench.addAccount();
      expect(await trips(() => attempt(email, right))).toBe(4);
    });

    it('are four with a second factor, up to the token to go on with', async () => {
      const { email } = await bench.addAccount({ factorMethods: ['totp'] });
      expect(await trips(() => attempt(email, right))).toBe(4);
    });

    it('L01 L02 are the same three for every refusal', async () => {
      const account = await bench.addAccount();
      const disabled = await bench.addAccount({ status: 'disabled' });
      const unverified = await bench.addAccount({ emailVerified: false });
      const cases = [
        [account.email, 'wrong'],
        ['nobody@example.com', right],
        [disabled.email, right],
        [unverified.email, right],
      ] as const;
      const refusals = [];
      for (const [email, password] of cases) {
        refusals.push(await roundTrips(() => expect(attempt(email, password)).rejects.toThrow('invalid_credentials')));
      }
      const calls = ['UpdateItem', 'GetItem', 'BatchGetItem', 'UpdateItem', 'UpdateItem', 'PutItem'];
      for (const refusal of refusals) expect(refusal).toEqual({ calls, sequential: 3 });
    });

    it('L01 L02 are the same four for every refusal with a token that names no account', async () => {
      const account = await bench.addAccount();
      const madeUp = () => writeDeviceToken({ id: newDeviceSecret(), secrets: [newDeviceSecret()], earlier: [] });
      const refusals = [];
      for (const email of [account.email, 'nobody@example.com']) {
        refusals.push(await roundTrips(() => expect(attempt(email, 'wrong', madeUp())).rejects.toThrow()));
      }
      for (const refusal of refusals) expect(refusal).toEqual({ calls: refusals[0]?.calls, sequential: 4 });
    });

    it('are two for whom the source address is refused, and nothing is asked of the account', async () => {
      const { email } = await bench.addAccount();
      const ip = `198.51.100.${++sources}`;
      for (let index = 0; index < 100; index++)
        await attempt(`${index}@example.com`, 'x', undefined, ip).catch(() => 0);
      const refused = await roundTrips(() =>
        expect(attempt(email, right, undefined, ip)).rejects.toThrow('rate_limited'),
      );
      expect(refused).toEqual({ calls: ['UpdateItem', 'GetItem', 'PutItem'], sequential: 2 });
    });
  });

  describe('on a device that the account knows', () => {
    it('are three', async () => {
      const account = await bench.addAccount();
      const deviceToken = await knownOn(account);
      expect(await trips(() => attempt(account.email, right, deviceToken))).toBe(3);
    });

    it('are three for a wrong password', async () => {
      const account = await bench.addAccount();
      const deviceToken = await knownOn(account);
      expect(await trips(() => attempt(account.email, 'wrong', deviceToken))).toBe(3);
    });

    it('are three where other accounts know it as well', async () => {
      const accounts = [await bench.addAccount(), await bench.addAccount(), await bench.addAccount()];
      let deviceToken: string | undefined;
      for (const { email } of accounts) deviceToken = (await attempt(email, right, deviceToken)).deviceToken;
      for (const { email } of accounts) expect(await trips(() => attempt(email, right, deviceToken))).toBe(3);
    });

    it('F34 are three with a token of the release before', async () => {
      const account = await bench.addAccount();
      const token = earlierDeviceToken(account.sub, Math.floor(bench.clock() / 1000), bench.world.macKey);
      expect(await trips(() => attempt(account.email, right, token))).toBe(3);
    });

    it('F34 are four with a secret that was made without a MAC', async () => {
      const account = await bench.addAccount();
      const device = readDeviceToken(await knownOn(account));
      const [pair] = (await bench.database.items('Devices')).filter(({ sub }) => sub === account.sub);
      const secret = newDeviceSecret();
      await bench.world.client.send(
        new UpdateCommand({
          TableName: bench.database.tables.Devices,
          Key: { sub: account.sub, device: pair?.['device'] },
          UpdateExpression: 'SET secret_hash = :hash',
          ExpressionAttributeValues: { ':hash': hashDeviceSecret(secret) },
        }),
      );
      const token = writeDeviceToken({ ...device, secrets: [secret] });
      expect(await trips(() => attempt(account.email, right, token))).toBe(4);
      expect((await attempt(account.email, right, token)).deviceToken).toBe(token);
    });

    it('leave nothing counted of a wrong password but the attempt', async () => {
      const account = await bench.addAccount();
      const deviceToken = await knownOn(account);
      const countsBefore = await counts();
      await attempt(account.email, 'wrong', deviceToken).catch(() => undefined);
      expect(added(countsBefore, await counts())).toEqual({ signInPerDevice: 1 });
    });

    it('leave nothing counted of a right one but that it was right', async () => {
      const account = await bench.addAccount();
      const deviceToken = await knownOn(account);
      const countsBefore = await counts();
      await attempt(account.email, right, deviceToken);
      expect(added(countsBefore, await counts())).toEqual({ provenSignInPerDevice: 1 });
    });

    it('leave nothing counted for a device that is known no more', async () => {
      const account = await bench.addAccount();
      const deviceToken = await knownOn(account);
      const countsBefore = await counts();
      bench.clock.advance(181 * 86_400_000);
      await attempt(account.email, 'wrong', deviceToken).catch(() => undefined);
      expect(added(countsBefore, await counts())).toEqual({
        signInPerAddress: 1,
        signInPerAccountAndAddress: 1,
        signInPerAccount: 1,
      });
    });
  });

  describe('of an account whose address was written by the release before', () => {
    const written = (email: string, change: string, values?: Record<string, number>) =>
      bench.world.client.send(
        new UpdateCommand({
          TableName: bench.database.tables.Accounts,
          Key: { pk: emailKey(email) },
          UpdateExpression: change,
          ...(values && { ExpressionAttributeValues: values }),
        }),
      );

    it.each([
      ['says nothing', 'REMOVE credentials_changed_at', undefined],
      ['says another change', 'SET credentials_changed_at = :other', { ':other': 12 }],
    ] as const)('and %s are one more, once', async (_, change, values) => {
      const { email } = await bench.addAccount({ credentialsChangedAt: 77 });
      await written(email, change, values);
      const wrong = () => attempt(email, 'wrong');
      expect([await trips(wrong), await trips(wrong)]).toEqual([4, 3]);
    });

    it('are counted under the change that the account says', async () => {
      const { email } = await bench.addAccount({ credentialsChangedAt: 77 });
      const ip = `198.51.100.${++sources}`;
      for (let index = 0; index < 9; index++) await attempt(email, 'wrong', undefined, ip).catch(() => undefined);
      await written(email, 'REMOVE credentials_changed_at');
      const countsBefore = await counts();
      await attempt(email, 'wrong', undefined, ip).catch(() => undefined);
      expect(added(countsBefore, await counts())).toEqual({
        signInPerAddress: 1,
        signInPerAccountAndAddress: 1,
        signInPerAccount: 1,
      });
      await expect(attempt(email, right, undefined, ip)).rejects.toMatchObject({ code: 'rate_limited' });
    });
  });

  /** What is counted under each key. */
  async function counts(): Promise<ReadonlyMap<string, number>> {
    const items = await bench.database.items('Limits');
    return new Map(
      items.map(({ key, ...rest }) => [
        String(key),
        Object.entries(rest).reduce((sum, [name, n]) => (/^(w\d+|attempts)$/.test(name) ? sum + Number(n) : sum), 0),
      ]),
    );
  }

  /** By how much each limit counts more. */
  function added(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const key of new Set([...before.keys(), ...after.keys()])) {
      const [limit = ''] = key.split('#');
      sums[limit] = (sums[limit] ?? 0) + (after.get(key) ?? 0) - (before.get(key) ?? 0);
    }
    return Object.fromEntries(Object.entries(sums).filter(([, count]) => count !== 0));
  }
});
