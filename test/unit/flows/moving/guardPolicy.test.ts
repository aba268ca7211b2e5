import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { joinPepperedHash } from '../../../../lambdas/core/passwords/passwordPepper.ts';
import { phc, records, run, setUp } from '../../../support/worlds/importBench.ts';

describe('an import', () => {
  it('leaves second factors behind only where that was asked for, and notes each', async () => {
    const lines = records(
      { email: 'a@example.com', password_hash: phc, factor_methods: ['totp', 'webauthn'] },
      { email: 'b@example.com', password_hash: phc, factor_methods: [] },
    );
    const rejected = await run(setUp().deps, lines);
    expect(rejected).toMatchObject({ imported: 1, rejections: [{ line: 1, reason: 'has_factors' }], notes: [] });

    const dropping = setUp();
    const dropped = await run(dropping.deps, lines, { secondFactors: 'drop' });
    expect(dropped).toMatchObject({ imported: 2, rejections: [] });
    expect(dropped.notes).toEqual([
      {
        line: 1,
        email: 'a@example.com',
        note: 'second_factors_left',
        detail: 'has its password alone, without totp, webauthn',
      },
    ]);
    expect(dropping.events.map(({ details }) => details?.['left_behind'])).toContain('second_factors_left');

    const resetting = setUp();
    const reset = await run(resetting.deps, lines, { secondFactors: 'reset' });
    expect(reset).toMatchObject({ imported: 2, notes: [{ line: 1, note: 'second_factors_left' }] });
    const hashes = [...resetting.bySub.values()].map(({ email, passwordHash }) => [email, passwordHash !== undefined]);
    expect(Object.fromEntries(hashes)).toEqual({ 'a@example.com': false, 'b@example.com': true });
  });

  it('begins with a reset in place of a hash that is not taken only where that was asked for', async () => {
    const lines = records(
      { email: 'a@example.com', password_hash: '$6$rounds=5000$salt$hash' },
      { email: 'b@example.com', password_hash: joinPepperedHash(phc, 'unknown') },
    );
    const rejected = await run(setUp().deps, lines);
    expect(rejected.rejections.map(({ reason }) => reason)).toEqual(['hash_unknown', 'pepper_unknown']);
    const { deps, bySub } = setUp();
    const { imported, notes } = await run(deps, lines, { unreadableHashes: 'reset' });
    expect([imported, notes.map(({ line, note }) => [line, note])]).toEqual([
      2,
      [
        [1, 'hash_left'],
        [2, 'hash_left'],
      ],
    ]);
    expect([...bySub.values()].map(({ passwordHash }) => passwordHash)).toEqual([undefined, undefined]);
  });

  it('names a rejected record by its id and its address', async () => {
    const { rejections } = await run(setUp().deps, [
      ...records(
        { email: 'a@example.com', source_id: 'legacy 7', password_hash: 'x' },
        { email: 'nobody', sub: 'auth0|1' },
        { source_id: 8 },
      ),
      { line: 4, fault: 'not JSON' },
    ]);
    expect(rejections.map(({ line, id, email }) => [line, id, email])).toEqual([
      [1, 'legacy 7', 'a@example.com'],
      [2, 'auth0|1', 'nobody'],
      [3, '8', undefined],
      [4, undefined, undefined],
    ]);
  });

  it('gives accounts that are there without a password the one of a second file', async () => {
    const { deps, bySub, events } = setUp();
    const profile = { email: 'a@example.com', source_id: '1' };
    await run(deps, records(profile));
    const second = await run(deps, records({ ...profile, password_hash: phc }));
    expect(second).toMatchObject({ imported: 0, existing: 1, notes: [{ line: 1, note: 'password_added' }] });
    expect([...bySub.values()].map(({ passwordHash }) => passwordHash)).toEqual([`imported:${phc}`]);
    expect(events.at(-1)).toMatchObject({ type: 'account.imported', details: { added: 'password' } });
    expect(await run(deps, records({ ...profile, password_hash: phc }))).toMatchObject({ existing: 1, notes: [] });
  });

  it('gives no password to an account that has a factor, or one already', async () => {
    const { deps, bySub } = setUp();
    const [one, two] = [
      { email: 'a@example.com', sub: randomUUID() },
      { email: 'b@example.com', sub: randomUUID(), password_hash: phc },
    ];
    await run(deps, records(one, two));
    const account = bySub.get(one.sub);
    if (account) bySub.set(one.sub, { ...account, factorMethods: ['webauthn'] });
    const other = phc.replace('t=2', 't=3');
    const again = records({ ...one, password_hash: phc }, { ...two, password_hash: other });
    expect((await run(deps, again)).notes).toMatchObject([
      { line: 1, note: 'differs', detail: expect.stringContaining('password') },
      { line: 2, note: 'differs', detail: expect.stringContaining('password') },
    ]);
    expect([...bySub.values()].map(({ passwordHash }) => passwordHash)).toEqual([undefined, `imported:${phc}`]);
  });

  it('notes what an account that is there has otherwise', async () => {
    const { deps } = setUp();
    const person = { email: 'a@example.com', source_id: '1' };
    await run(deps, records(person));
    const { notes } = await run(
      deps,
      records({ ...person, status: 'disabled', roles: ['admin'], tenant_id: 'acme', email_verified: true }),
    );
    expect(notes).toMatchObject([
      { note: 'differs', detail: expect.stringMatching(/another status, roles, tenant, verification of the address$/) },
    ]);
  });

  it('takes a wrapped digest with another salt for the same', async () => {
    const { deps } = setUp();
    const wrap = async () => `$argon2id-md5$after=AAAA$argon2id$v=19$m=19456,t=2,p=1$${Math.random()}$hash`;
    const lines = records({ email: 'a@example.com', password_hash: '{MD5}+wwypZzu5EBxEJhyBcE+4w==' });
    await run({ ...deps, wrap }, lines);
    expect(await run({ ...deps, wrap }, lines)).toMatchObject({ existing: 1, notes: [] });
  });
});
