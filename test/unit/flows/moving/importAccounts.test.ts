import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NewAccount } from '../../../../lambdas/core/accounts/ports.ts';
import { joinPepperedHash } from '../../../../lambdas/core/passwords/passwordPepper.ts';
import { importAccounts } from '../../../../lambdas/flows/moving/importAccounts.ts';
import { options, pepper, phc, records, run, setUp } from '../../../support/worlds/importBench.ts';

describe('an import', () => {
  it('makes accounts with their events, which name no address', async () => {
    const { deps, bySub, events } = setUp();
    const sub = randomUUID();
    const { imported } = await run(
      deps,
      records(
        {
          sub,
          email: 'Ada@Example.com',
          email_verified: true,
          password_hash: phc,
          roles: ['admin'],
          tenant_id: 'acme',
        },
        { email: 'ben@example.com' },
        { email: 'cleo@example.com', password_hash: '{MD5}+wwypZzu5EBxEJhyBcE+4w==', status: 'disabled' },
        { email: 'dan@example.com', password_hash: joinPepperedHash(phc, pepper.kid) },
      ),
    );
    expect(imported).toBe(4);
    const accounts = Object.fromEntries([...bySub.values()].map((account) => [account.email.split('@')[0], account]));
    expect(accounts['ada']).toMatchObject({
      sub,
      email: 'ada@example.com',
      normalizedEmail: 'ada@example.com',
      emailVerified: true,
      passwordHash: `imported:${phc}`,
      roles: ['admin'],
      tenantId: 'acme',
      factorMethods: [],
      credentialsChangedAt: 1_800_000_000,
    });
    expect(accounts['ben']).toMatchObject({ emailVerified: false, passwordHash: undefined, roles: ['member'] });
    expect(accounts['cleo']).toMatchObject({
      status: 'disabled',
      passwordHash: 'imported:wrapped md5 fb0c32a59ceee4407110987205c13ee3',
    });
    expect(accounts['dan']?.passwordHash).toBe(joinPepperedHash(phc, pepper.kid));
    expect(events.map(({ type, target }) => [type, target.id]).toSorted()).toEqual(
      [...bySub.keys()].map((id) => ['account.imported', id]).toSorted(),
    );
    expect(JSON.stringify(events)).not.toMatch(/example\.com|argon2|wrapped/);
  });

  it('rejects what cannot be imported, with its line and a reason', async () => {
    const { deps, byAddress } = setUp();
    const sub = randomUUID();
    byAddress.set('taken@example.com', 'somebody');
    const { imported, rejections } = await run(deps, [
      ...records(
        { email: 'one@example.com', sub },
        { email: 'no address' },
        { email: 'two@example.com', password_hash: 'hunter2' },
        { email: 'ONE@example.com' },
        { email: 'three@example.com', sub },
        { email: 'taken@example.com' },
        { email: 'four@example.com', factor_methods: ['totp'] },
        { email: 'five@example.com', password_hash: joinPepperedHash(phc, 'unknown') },
        { email: 'six@example.com' },
      ),
      { line: 12, fault: 'not JSON' },
    ]);
    expect(imported).toBe(2);
    expect(rejections.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'invalid_email'],
      [3, 'hash_unknown'],
      [4, 'address_repeated'],
      [5, 'sub_repeated'],
      [6, 'address_taken'],
      [7, 'has_factors'],
      [8, 'pepper_unknown'],
      [12, 'unreadable'],
    ]);
    expect(JSON.stringify(rejections)).not.toContain('hunter2');
  });

  it('repeated makes no account twice, with or without ids in the file', async () => {
    const { deps, bySub } = setUp();
    const lines = records({ email: 'a@example.com' }, { email: 'b@example.com', source_id: 'legacy 1' });
    expect(await run(deps, lines)).toMatchObject({ imported: 2, existing: 0 });
    expect(await run(deps, lines)).toMatchObject({ imported: 0, existing: 2, rejections: [] });
    expect(bySub.size).toBe(2);
    // An id of the other system is the same for everybody; a line's is known to whoever has the key of the import.
    const other = await run(deps, lines, { key: Buffer.alloc(32, 2) });
    expect(other.existing).toBe(1);
    expect(other.rejections).toMatchObject([{ line: 1, reason: 'address_taken' }]);
  });

  it('makes no sub of an id that may be an address', async () => {
    const subs = [];
    for (const key of [1, 2]) {
      const { deps, bySub } = setUp();
      await run(deps, records({ email: 'a@example.com', source_id: 'samlp|a@example.com' }), {
        key: Buffer.alloc(32, key),
      });
      subs.push(...bySub.keys());
    }
    expect(new Set(subs).size).toBe(2);
  });

  it('knows the lines that it does not import as those that a later one repeats', async () => {
    const { deps } = setUp();
    const lines = records({ email: 'a@example.com' }, { email: 'A@example.com' }, { email: 'b@example.com' });
    await run(deps, lines);
    const again = await run(deps, lines, { wants: (line) => line === 2 });
    expect(again).toMatchObject({ imported: 0, existing: 0, rejections: [{ line: 2, reason: 'address_repeated' }] });
  });

  it('rejects an account of the future', async () => {
    const at = (days: number) => new Date(1_800_000_000_000 + days * 86_400_000).toISOString();
    const lines = records(
      { email: 'a@example.com', created_at: at(2) },
      { email: 'b@example.com', created_at: at(0.5) },
    );
    expect(await run(setUp().deps, lines)).toMatchObject({
      imported: 1,
      rejections: [{ line: 1, reason: 'invalid_record' }],
    });
  });

  it('reports in the order of the file', async () => {
    const { deps, most } = setUp();
    const lines = records(...Array.from({ length: 50 }, (_, i) => ({ email: `p${i}@example.com` })));
    const { reports } = await run(deps, lines);
    const through = reports.map(({ throughLine }) => throughLine);
    expect(through).toEqual([4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 50]);
    expect(most()).toBe(3);
  });

  it('ends with the error of a batch, after the reports before it', async () => {
    const { deps } = setUp();
    let calls = 0;
    const { create } = deps.imports;
    const imports = {
      ...deps.imports,
      create: (accounts: readonly NewAccount[]) =>
        ++calls === 3 ? Promise.reject(new Error('table is gone')) : create(accounts),
    };
    const lines = records(...Array.from({ length: 20 }, (_, i) => ({ email: `q${i}@example.com` })));
    const through: number[] = [];
    async function* source() {
      yield* lines;
    }
    const reports = importAccounts({ ...deps, imports }, source(), options);
    await expect(
      (async () => {
        for await (const { throughLine } of reports) through.push(throughLine);
      })(),
    ).rejects.toThrow('table is gone');
    expect(through).toEqual([4, 8]);
  });

  it('loses no line, whatever is in it', async () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('a@example.com', 'b@example.com', phc, '', '{MD5}AA=='));
    const record = fc.record(
      { email: text, sub: fc.oneof(text, fc.uuid()), password_hash: text, roles: fc.array(text), source_id: text },
      { requiredKeys: [] },
    );
    const line = fc.oneof(record, fc.anything());
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (all) => {
        const { deps } = setUp();
        const lines = all.map((value, index) => ({ line: index + 1, record: value }));
        const { imported, existing, rejections } = await run(deps, lines);
        expect(imported + existing + rejections.length).toBe(all.length);
        expect(new Set(rejections.map(({ line: number }) => number)).size).toBe(rejections.length);
      }),
      { numRuns: 100 },
    );
  });
});
