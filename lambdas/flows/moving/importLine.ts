import { createHmac } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import { newAccount } from '../../core/accounts/newAccount.ts';
import type { NewAccount } from '../../core/accounts/ports.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import type { Operator } from '../../core/audit/operator.ts';
import { mailableAddress } from '../../core/common/emailAddress.ts';
import { type AccountDraft, ImportRefusal, type ReadDraft } from '../../core/moving/draft.ts';
import { type RecordName, recordName } from '../../core/moving/recordName.ts';
import { type GuardPolicy, type Note, underPolicy } from './guardPolicy.ts';

/** A line of the file: its record, or why it cannot be read. */
export type ImportLine = { readonly line: number } & ({ readonly record: unknown } | { readonly fault: string });

export interface ImportRules extends GuardPolicy {
  readonly format: string;
  readonly read: ReadDraft;
  readonly operator: Operator;
  /** For lines that name none. */
  readonly tenantId: string;
  /** Whether an address counts as verified where the line does not say. */
  readonly emailVerified: boolean;
  /** Makes the `sub` of a line that has no id, the same in every run of one import. */
  readonly key: Buffer;
}

/** The first line of each address and `sub`. */
export interface Seen {
  readonly addresses: Map<string, number>;
  readonly subs: Map<string, number>;
}

export type PreparedLine = AcceptedLine | RefusedLine;

export interface RefusedLine {
  readonly line: number;
  readonly name: RecordName;
  readonly refusal: ImportRefusal;
}

export interface AcceptedLine {
  readonly line: number;
  readonly name: RecordName;
  readonly draft: AccountDraft;
  readonly notes: readonly Note[];
  /** Normalised. */
  readonly email: string;
  readonly sub: string;
}

/** A line whose account can be made. */
export interface Candidate extends NewAccount {
  readonly from: AcceptedLine;
}

/** Checks a line without reading any table. */
export function prepareLine(given: ImportLine, rules: ImportRules, seen: Seen, nowMs: number): PreparedLine {
  const { line } = given;
  const name = 'record' in given ? recordName(given.record) : {};
  try {
    if ('fault' in given) throw new ImportRefusal('unreadable', given.fault);
    const { draft, notes } = underPolicy(rules.read(given.record), rules);
    const email = mailableAddress(draft.email);
    if (email === undefined) throw new ImportRefusal('invalid_email', 'the address is none that can be mailed to');
    refuseFuture(draft, nowMs);
    const sub = subOf(draft, line, rules);
    refuseRepeated(seen.addresses, email, { line, reason: 'address_repeated', what: 'address' });
    refuseRepeated(seen.subs, sub, { line, reason: 'sub_repeated', what: 'id' });
    return { line, name, draft, notes, email, sub };
  } catch (error) {
    if (error instanceof ImportRefusal) return { line, name, refusal: error };
    throw error;
  }
}

const dayMs = 24 * 3600 * 1000;

function refuseFuture({ createdAt = 0 }: AccountDraft, nowMs: number): void {
  if (createdAt * 1000 <= nowMs + dayMs) return;
  throw new ImportRefusal('invalid_record', 'the account is made in the future');
}

/** Of the namespace of ids that other systems gave (RFC 9562 §5.5). */
const sourceNamespace = '3ed7fc95-3cd1-4259-977b-f5671c756af8';

function subOf({ sub, sourceId }: AccountDraft, line: number, { key }: ImportRules): string {
  if (sub !== undefined) return sub;
  // The `sub` outlives an erased account in the audit log: it must not be the hash of an address.
  const isOpaque = sourceId !== undefined && !sourceId.includes('@');
  const name = isOpaque ? sourceId : createHmac('sha256', key).update(`${line}`).digest('base64url');
  return uuidv5(name, sourceNamespace);
}

function refuseRepeated(
  seen: Map<string, number>,
  value: string,
  { line, reason, what }: { line: number; reason: string; what: string },
): void {
  const first = seen.get(value);
  if (first !== undefined) throw new ImportRefusal(reason, `line ${first} has the same ${what}`);
  seen.set(value, line);
}

/** The account of a line, and the event of its making. */
export function importedAccount(
  { draft, notes, email, sub }: AcceptedLine,
  passwordHash: string | undefined,
  nowMs: number,
  rules: ImportRules,
): NewAccount {
  const account = newAccount({
    sub,
    email,
    emailVerified: draft.emailVerified ?? rules.emailVerified,
    passwordHash,
    status: draft.disabled ? 'disabled' : 'active',
    roles: draft.roles ?? ['member'],
    tenantId: draft.tenantId ?? rules.tenantId,
    createdAt: draft.createdAt,
    now: Math.floor(nowMs / 1000),
  });
  const event = accountEvent(account, {
    type: 'account.imported',
    nowMs,
    by: rules.operator,
    details: {
      format: rules.format,
      roles: account.roles.join(' '),
      email_verified: account.emailVerified,
      has_password: passwordHash !== undefined,
      ...(notes.length > 0 && { left_behind: notes.map(({ note }) => note).join(' ') }),
    },
  });
  return { account, event };
}
