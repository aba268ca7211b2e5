import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../../lambdas/contract/auditEvents.ts';
import type { Account } from '../../../../lambdas/core/accounts/account.ts';
import type { NewAccount } from '../../../../lambdas/core/accounts/ports.ts';
import { readGatehouse } from '../../../../lambdas/core/moving/gatehouse.ts';
import { joinPepperedHash } from '../../../../lambdas/core/passwords/passwordPepper.ts';
import {
  type ImportAccountsDeps,
  type ImportReport,
  importAccounts,
} from '../../../../lambdas/flows/moving/importAccounts.ts';
import type { ImportLine } from '../../../../lambdas/flows/moving/importLine.ts';
import { testMacKey, testMacKeys } from '../../../support/worlds/world.ts';

const phc = '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
const pepper = testMacKey();

function setUp() {
  const bySub = new Map<string, Account>();
  const byAddress = new Map<string, string>();
  const events: AuditEvent[] = [];
  let running = 0;
  let most = 0;
  const deps: ImportAccountsDeps = {
    imports: {
      async create(accounts) {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
        running--;
        return accounts.map(({ account, event }) => {
          const owner = byAddress.get(account.normalizedEmail);
          if (owner !== undefined) return owner === account.sub ? 'existing' : 'address_taken';
          if (bySub.has(account.sub)) return 'sub_taken';
          bySub.set(account.sub, account);
          byAddress.set(account.normalizedEmail, account.sub);
          events.push(event);
          return 'imported';
        });
      },
    },
    wrap: async (inner, hex) => `wrapped ${inner.digest} ${hex}`,
    pepper: testMacKeys(pepper),
    clock: () => 1_800_000_000_000,
  };
  return { deps, bySub, byAddress, events, most: () => most };
}

const options = {
  format: 'gatehouse',
  read: readGatehouse,
  operator: { type: 'operator', id: 'arn:aws:iam::111111111111:user/ada' } as const,
  tenantId: 'default',
  emailVerified: false,
  dropFactors: false,
  key: Buffer.alloc(32, 1),
  batchSize: 4,
  concurrency: 3,
};

async function run(deps: ImportAccountsDeps, lines: readonly ImportLine[], change: Partial<typeof options> = {}) {
  async function* source() {
    yield* lines;
  }
  const reports: ImportReport[] = [];
  for await (const report of importAccounts(deps, source(), { ...options, ...change })) reports.push(report);
  const sum = (pick: (report: ImportReport) => number) => reports.reduce((total, report) => total + pick(report), 0);
  return {
    reports,
    imported: sum(({ imported }) => imported),
    existing: sum(({ existing }) => existing),
    rejections: reports.flatMap(({ rejections }) => rejections),
  };
}

const records = (...all: readonly object[]) => all.map((record, index) => ({ line: index + 1, record }));

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

  it('leaves second factors behind only where that was asked for', async () => {
    const { deps } = setUp();
    const lines = records({ email: 'a@example.com', factor_methods: ['totp'] });
    expect(await run(deps, lines, { dropFactors: true })).toMatchObject({ imported: 1, rejections: [] });
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
