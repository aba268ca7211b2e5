import type { Account } from '../../core/accounts/account.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import { unmarkImported } from '../../core/hashes/importedHash.ts';
import type { Note } from './guardPolicy.ts';
import type { AcceptedLine, Candidate } from './importLine.ts';
import type { ImportAccountsDeps, ImportOptions } from './importRun.ts';

/**
 * Compares accounts that were there already with their lines. One that nobody can sign in to yet, since it has neither
 * a password nor a factor, gets the password of its line: exports come in two files, one of which has the hashes. All
 * else stays as it is, and is noted where the line has it otherwise.
 */
export async function meetExisting(
  deps: ImportAccountsDeps,
  candidates: readonly Candidate[],
  options: ImportOptions,
): Promise<readonly { readonly from: AcceptedLine; readonly notes: readonly Note[] }[]> {
  if (candidates.length === 0) return [];
  const found = await deps.imports.find(candidates.map(({ account }) => account.sub));
  const bySub = new Map(found.map((account) => [account.sub, account]));
  return Promise.all(
    candidates.map(async ({ from, account }) => {
      const existing = bySub.get(account.sub);
      if (!existing) return { from, notes: [{ note: 'differs', detail: 'it is gone by now' } as const] };
      const added = await addPassword(deps, { existing, passwordHash: account.passwordHash }, options);
      const differences = differencesOf(account, existing).filter((one) => !(added && one === 'password'));
      const notes: Note[] = [
        ...(added ? [{ note: 'password_added', detail: 'was there already, without a password' } as const] : []),
        ...(differences.length > 0
          ? [{ note: 'differs', detail: `was there already, with another ${differences.join(', ')}` } as const]
          : []),
      ];
      return { from, notes };
    }),
  );
}

async function addPassword(
  deps: ImportAccountsDeps,
  { existing, passwordHash }: { readonly existing: Account; readonly passwordHash: string | undefined },
  options: ImportOptions,
): Promise<boolean> {
  const isOpen = existing.passwordHash === undefined && existing.factorMethods.length === 0;
  if (passwordHash === undefined || !isOpen || existing.status === 'deleting') return false;
  const nowMs = deps.clock();
  const event = accountEvent(existing, {
    type: 'account.imported',
    nowMs,
    by: options.operator,
    details: { format: options.format, added: 'password' },
  });
  return deps.imports.addPassword({ account: existing, passwordHash, nowMs, event });
}

/** What the line has otherwise; not an address that was verified since, nor a password that its line leaves out. */
function differencesOf(wanted: Account, existing: Account): string[] {
  const differs: Readonly<Record<string, boolean>> = {
    password: wanted.passwordHash !== undefined && !isSameHash(wanted.passwordHash, existing.passwordHash),
    status: wanted.status !== existing.status,
    roles: wanted.roles.toSorted().join(' ') !== existing.roles.toSorted().join(' '),
    tenant: wanted.tenantId !== existing.tenantId,
    'verification of the address': wanted.emailVerified && !existing.emailVerified,
  };
  return Object.keys(differs).filter((name) => differs[name]);
}

/** Argon2id around a digest has another salt each time: those of one digest cannot be told apart. */
function isSameHash(wanted: string, existing: string | undefined): boolean {
  if (existing === undefined) return false;
  const digest = (hash: string) => /^(\$argon2id-[^$]+(?:\$(?:before|after)=[^$]+)*)\$argon2id\$/.exec(hash)?.[1];
  const [ours, theirs] = [digest(unmarkImported(wanted) ?? ''), digest(unmarkImported(existing) ?? '')];
  return wanted === existing || (ours !== undefined && ours === theirs);
}
