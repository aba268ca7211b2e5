import { accountEvent } from '../../../lambdas/core/audit/auditEvent.ts';
import type { TableName } from '../../../lambdas/manifest/tables.ts';
import { createAccountAdministration } from '../../../lambdas/stores/accounts/accountAdministration.ts';
import { createAccountErasure } from '../../../lambdas/stores/accounts/accountErasure.ts';
import { createFactorChanges } from '../../../lambdas/stores/factors/factorChanges.ts';
import { createFactors } from '../../../lambdas/stores/factors/factors.ts';
import { createMfaAttempts } from '../../../lambdas/stores/factors/mfaAttempts.ts';
import { createTotpEnrolments } from '../../../lambdas/stores/factors/totpEnrolments.ts';
import { createNotices } from '../../../lambdas/stores/mail/notices.ts';
import { testAccount, type World } from '../worlds/world.ts';

const lifetime = { accessTokenTtlSeconds: 900, clockLeewaySeconds: 5 };

/** Calls the stores with one text wherever they take a text. */
export async function callStores(
  world: World,
  tables: Readonly<Record<TableName, string>>,
  text: string,
): Promise<void> {
  const event = accountEvent(
    { sub: text, tenantId: text },
    { type: 'account.created', nowMs: 0, by: 'subject', from: { ip: text, userAgent: text, requestId: text } },
  );
  await callAccountStores(world, event, text);
  await callRecoveryStores(world, event, text);
  await callFactorStores(world, tables, event, text);
}

type Event = ReturnType<typeof accountEvent>;

const account = (text: string) =>
  testAccount({ sub: text, email: text, normalizedEmail: text, passwordHash: text, roles: [text], tenantId: text });
const linkJob = (text: string) =>
  ({ jobId: text, template: 'verify-email', to: text, sub: text, expiresAt: 1, nonce: text, kid: text }) as const;
const noticeJob = (text: string) =>
  ({ jobId: text, template: 'password-changed', to: text, expiresAt: 1, at: 1, ip: text, userAgent: text }) as const;

async function callAccountStores(world: World, event: Event, text: string): Promise<void> {
  const session = { sub: text, sid: text };
  const rotation = { clientId: text, secretHash: text, delivery: 'cookie', rotatedAtOrBeforeMs: 0 } as const;
  const change = { sub: text, nowMs: 0, event };
  const administration = createAccountAdministration({ client: world.client, tables: world.tables, lifetime });
  const erasure = createAccountErasure({ client: world.client, tables: world.tables, lifetime });
  await world.accounts.find(text);
  await world.imports.addPassword({ account: account(text), passwordHash: text, nowMs: 0, event });
  await world.accounts.findByEmail(text);
  await world.accounts.holderOf(text);
  await world.emailHints.mend(account(text), 1);
  await world.emailHints.mend(account(text), undefined);
  await world.formerAddresses.list(text);
  await world.sessions.list(text);
  // Of a generation whose rotation looks at one instant and keeps another.
  const rotated = { generation: 79, epoch: 0, nowMs: 0, idleTtlSeconds: 1, tenantId: text, event: () => event };
  await world.rotation.rotate({ ...session, ...rotation, ...rotated });
  await world.revocation.revoke({ ...session, proof: { secretHash: text }, nowMs: 0, event });
  await world.revocation.revoke({ ...session, proof: { cookieHash: text }, nowMs: 0, event });
  await world.revocation.revokeEverywhere({ sub: text, nowMs: 0, event });
  await administration.create({ account: account(text), event });
  await administration.disable(change);
  await administration.enable(change);
  await erasure.begin({ erasure: { sub: text, actor: { type: 'subject', id: text } }, nowMs: 0, event });
  await erasure.finish({ account: account(text), nowMs: 0, event, notice: noticeJob(text) });
  await world.audit.record(event);
  await world.limits.consume({ limit: 'signInPerAddress', key: text });
  await world.limits.consume({ limit: 'signInPerAccount', key: text });
}

async function callRecoveryStores(world: World, event: Event, text: string): Promise<void> {
  const pending = { pendingId: text, tokenHash: text };
  const granted = { sub: text, tokenHash: text };
  const change = { account: account(text), passwordHash: text, nowMs: 0, event, notice: noticeJob(text) };
  const ask = {
    ...granted,
    account: account(text),
    expiresAt: 1,
    job: linkJob(text),
    jobs: [linkJob(text)],
    nowMs: 0,
    event,
  };
  const link = { tokenHash: text, expiresAt: 1, job: linkJob(text) };
  const kept = { tokenHash: text, expiresAt: 1, nonce: text, kid: text, mailedAt: 0 };
  for (const again of [undefined, kept]) {
    const mailed = { link, again, job: linkJob(text), nowMs: 0 };
    await world.registrations.request({ ...mailed, pendingId: text });
    await world.resets.request({ ...mailed, sub: text });
    await world.emailChangeRequests.request({ ...ask, ...mailed, sid: text });
  }
  await world.registrations.kept(text);
  await world.resets.kept(text);
  await world.emailChangeRequests.kept(text);
  await world.registrations.isPending(pending);
  await world.registrations.complete({ ...pending, now: 1, account: account(text), events: [event] });
  await world.resets.isPending(granted);
  await world.resets.complete({ ...change, tokenHash: text });
  await world.changes.change({ ...change, sid: text, endSids: [text] });
  await world.emailChanges.findSession({ account: account(text), tokenHash: text, now: 0 });
  const former = { email: text, tokenHash: text, credentialsChangedAt: 1, expiresAt: 1 };
  const move = { account: account(text), newEmail: text, tokenHash: text, sid: text, nowMs: 0, event };
  await world.emailChanges.complete({ ...move, formerAddresses: [], mail: linkJob(text) });
  await world.emailChanges.complete({ ...move, formerAddresses: [former], mail: linkJob(text) });
  const factors = { revision: 1, removed: [text], recoveryCodesGo: true, methods: [] };
  const undo = { ...change, notices: [noticeJob(text)], to: `former ${text}`, factors };
  await world.undos.undo({ ...undo, formerAddresses: [] });
  await world.undos.undo({ ...undo, formerAddresses: [former] });
}

async function callFactorStores(
  { client }: World,
  names: Readonly<Record<TableName, string>>,
  event: Event,
  text: string,
): Promise<void> {
  const tables = {
    accounts: names.Accounts,
    sessions: names.Sessions,
    factors: names.Factors,
    grants: names.Grants,
    auditOutbox: names.AuditOutbox,
    mailOutbox: names.MailOutbox,
  };
  const changes = createFactorChanges({ client, tables });
  const enrolments = createTotpEnrolments({ client, table: tables.grants });
  const change = {
    sub: text,
    normalizedEmail: text,
    sid: text,
    sessionEpoch: 0,
    credentialsChangedAt: 1,
    revision: 1,
    nowMs: 0,
    events: [event],
    job: noticeJob(text),
  };
  const totp = {
    sub: text,
    id: text,
    name: text,
    createdAt: 1,
    type: 'totp',
    sealedSecret: text,
    lastStep: 1,
  } as const;
  const challenge = { kind: 'webauthn', id: text, expiresAt: 1 } as const;
  await createFactors({ client, table: tables.factors }).read(text);
  await enrolments.begin(text, { id: text, sid: text, sealedSecret: text, expiresAt: 1 });
  await enrolments.find(text);
  await createMfaAttempts({ client, table: tables.grants }).count({ id: text, expiresAt: 1 }, 5);
  const methods = ['totp'] as const;
  const add = { ...change, methods, factor: totp };
  await changes.add({ ...add, enrolledBy: { totp: text }, recoveryCodes: [text] });
  await changes.add({ ...add, enrolledBy: { challenge } });
  await changes.rename({ sub: text, sid: text, sessionEpoch: 0, id: text, name: text, event });
  await changes.replaceRecoveryCodes({ ...change, methods, recoveryCodes: [text] });
  await changes.remove({ ...change, methods: [], id: text });
  await createNotices({ client, table: tables.mailOutbox }).request({ job: noticeJob(text), nowMs: 0 });
}
