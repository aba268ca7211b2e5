import type { AccountAdministration } from '../../core/accounts/ports.ts';
import { operatorEvent } from '../../core/audit/auditEvent.ts';
import type { Operator } from '../../core/audit/operator.ts';
import type { AuditOutbox } from '../../core/audit/ports.ts';
import type { Clock } from '../../core/common/clock.ts';
import { exportRecord } from '../../core/moving/accountExport.ts';
import { splitPepperedHash } from '../../core/passwords/passwordPepper.ts';

export interface ExportAccountsDeps {
  readonly audit: AuditOutbox;
  readonly administration: Pick<AccountAdministration, 'list'>;
  readonly clock: Clock;
}

export interface ExportSummary {
  readonly accounts: number;
  /** The `kid`s of the peppers that are needed to verify the hashes of this export. */
  readonly peppers: ReadonlySet<string>;
  /** Accounts whose second factors stay behind. */
  readonly withFactors: number;
  /** The `sub`s of accounts that this release cannot read, and that are not in the export. */
  readonly unreadable: readonly string[];
}

/**
 * Writes every account with its password hash, as JSON lines. The event is recorded first: nobody takes a copy of all
 * hashes unseen.
 *
 * @throws ProblemError `unavailable`, and whatever `write` throws.
 */
export async function exportAccounts(
  deps: ExportAccountsDeps,
  request: {
    readonly operator: Operator;
    readonly withPeppers: boolean;
    /** Takes a line. */
    readonly write: (line: string) => Promise<void>;
  },
): Promise<ExportSummary> {
  await deps.audit.record(
    operatorEvent(request.operator, {
      type: 'accounts.exported',
      nowMs: deps.clock(),
      details: { peppers: request.withPeppers },
    }),
  );
  let accounts = 0;
  let withFactors = 0;
  const peppers = new Set<string>();
  const unreadable: string[] = [];
  for await (const account of deps.administration.list((sub) => unreadable.push(sub))) {
    const pepper = account.passwordHash && splitPepperedHash(account.passwordHash);
    if (pepper) peppers.add(pepper.kid);
    if (account.factorMethods.length > 0) withFactors++;
    accounts++;
    await request.write(`${JSON.stringify(exportRecord(account))}\n`);
  }
  return { accounts, peppers, withFactors, unreadable };
}
