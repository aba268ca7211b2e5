import type { AuditEvent } from '../../../lambdas/contract/auditEvents.ts';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { readGatehouse } from '../../../lambdas/core/moving/gatehouse.ts';
import { importAccounts } from '../../../lambdas/flows/moving/importAccounts.ts';
import type { ImportLine } from '../../../lambdas/flows/moving/importLine.ts';
import type { ImportAccountsDeps, ImportOptions, ImportReport } from '../../../lambdas/flows/moving/importRun.ts';
import { testMacKey, testMacKeys } from './world.ts';

export const phc = '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
export const pepper = testMacKey();

/** An import into memory. */
export function setUp() {
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
      find: async (subs) => subs.flatMap((sub) => bySub.get(sub) ?? []),
      async addPassword({ account, passwordHash, event }) {
        if (bySub.get(account.sub)?.passwordHash !== undefined) return false;
        bySub.set(account.sub, { ...account, passwordHash });
        events.push(event);
        return true;
      },
    },
    wrap: async (inner, hex) => `wrapped ${inner.digest} ${hex}`,
    pepper: testMacKeys(pepper),
    clock: () => 1_800_000_000_000,
  };
  return { deps, bySub, byAddress, events, most: () => most };
}

export const options: ImportOptions = {
  format: 'gatehouse',
  read: readGatehouse,
  operator: { type: 'operator', id: 'arn:aws:iam::111111111111:user/ada' },
  tenantId: 'default',
  emailVerified: false,
  secondFactors: 'reject',
  unreadableHashes: 'reject',
  key: Buffer.alloc(32, 1),
  batchSize: 4,
  concurrency: 3,
};

export async function run(deps: ImportAccountsDeps, lines: readonly ImportLine[], change: Partial<ImportOptions> = {}) {
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
    notes: reports.flatMap(({ notes }) => notes),
  };
}

export const records = (...all: readonly object[]) => all.map((record, index) => ({ line: index + 1, record }));
