import { expect, it } from 'vitest';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { removeFactorAsOperator } from '../../../lambdas/flows/factors/administerFactors.ts';
import { createAccountAdministration } from '../../../lambdas/stores/accounts/accountAdministration.ts';
import { createFactorAdministration } from '../../../lambdas/stores/factors/factorAdministration.ts';
import { factorContract } from '../../support/worlds/factorBench.ts';

const operator = { type: 'operator', id: 'arn:aws:iam::123456789012:role/helpdesk' } as const;
const lifetime = { accessTokenTtlSeconds: 900, clockLeewaySeconds: 60 };

factorContract((bench) => {
  const { add, addAccount, clock, passkey, signedIn, sidOf, startSession, totp } = bench;

  function removeBy(account: Account, id: string) {
    const { client } = bench.world;
    const tables = { ...bench.world.tables, factors: bench.database.tables.Factors };
    const factorAdministration = createFactorAdministration({ client, tables, lifetime });
    return removeFactorAsOperator({ clock, factors: bench.stores.factors, factorAdministration }, account, {
      id,
      operator,
    });
  }
  const current = async ({ sub }: Account) => (await bench.world.accounts.find(sub)) ?? expect.fail('no account');

  /** An account whose owner has an app, and to which a thief has added a passkey. */
  async function stolen() {
    const account = await addAccount();
    const [app, thiefs] = [totp(account.sub), passkey(account.sub)];
    await add(account, app, { codes: ['a', 'b'] });
    await add(account, thiefs);
    return { account: await current(account), app, thiefs };
  }

  it('an operator removes a factor with the recovery codes, and ends what it signed in', async () => {
    const { account, app, thiefs } = await stolen();
    await startSession(account);
    expect(await removeBy(account, thiefs.id)).toBe('removed');
    const set = await bench.stores.factors.read(account.sub);
    expect([set.factors.map(({ id }) => id), set.recoveryCodes.size]).toEqual([[app.id], 0]);
    const after = await current(account);
    expect(after).toMatchObject({ factorMethods: ['totp'], sessionEpoch: account.sessionEpoch + 1 });
    expect(after.credentialsChangedAt).toBeGreaterThan(account.credentialsChangedAt);
    const sessions = await signedIn(account);
    expect(sessions.every(({ epoch }) => epoch < after.sessionEpoch)).toBe(true);
  });

  it('an operator’s removal is in the audit log, by the operator, and its owner is told', async () => {
    const { account, thiefs } = await stolen();
    await removeBy(account, thiefs.id);
    const events = (await bench.database.items('AuditOutbox')).map(({ event }) => JSON.parse(`${event}`));
    expect(events.filter(({ target }) => target.id === thiefs.id)).toEqual([
      expect.objectContaining({ type: 'factor.removed', actor: operator, details: { type: 'webauthn' } }),
    ]);
    const mails = (await bench.database.items('MailOutbox')).filter(({ to }) => to === account.normalizedEmail);
    expect(mails.map(({ template }) => template)).toContain('factor-removed');
  });

  it('an operator removes the last factor, also of a disabled account', async () => {
    const account = await addAccount();
    const factor = passkey(account.sub);
    await add(account, factor);
    const administration = createAccountAdministration({
      client: bench.world.client,
      tables: bench.world.tables,
      lifetime,
    });
    await administration.disable({ sub: account.sub, nowMs: clock(), event: bench.event() });
    expect(await removeBy(await current(account), passkey(account.sub).id)).toBe('unknown');
    expect(await removeBy(await current(account), factor.id)).toBe('removed');
    expect(await current(account)).toMatchObject({ factorMethods: [], status: 'disabled' });
  });

  it('an operator removes nothing of an account that has changed since it was read', async () => {
    const { account, app, thiefs } = await stolen();
    await sidOf(account);
    expect(await removeBy({ ...account, credentialsChangedAt: account.credentialsChangedAt - 1 }, app.id)).toBe(
      'changed',
    );
    expect(await removeBy({ ...account, sessionEpoch: account.sessionEpoch + 1 }, thiefs.id)).toBe('changed');
    expect((await bench.stores.factors.read(account.sub)).factors).toHaveLength(2);
  });
});
