import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { auditEvent } from '../../../lambdas/core/auditEvent.ts';
import { createAccountAdministration } from '../../../lambdas/stores/accountAdministration.ts';
import { createAccountErasure } from '../../../lambdas/stores/accountErasure.ts';
import { type TableName, tables } from '../../../lambdas/stores/tables.ts';
import { fakeCredentials, inProcess } from '../../support/awsFake.ts';
import { createWorld, manualClock, testAccount } from '../../support/world.ts';

const hostile = [
  ':v',
  '#n',
  '#status = :revoked',
  'SET x = :y REMOVE password_hash',
  "') OR attribute_exists(pk) OR ('",
  'attribute_not_exists(pk)',
  '\u0000"\'`;--',
];

type Call = Readonly<Record<string, unknown>>;

/** Every expression, and every name it refers to, that the stores send when each text they take is this one. */
async function expressionsWith(text: string): Promise<{ expressions: string[]; calls: number; sent: string }> {
  const calls: Call[] = [];
  const client = new DynamoDBClient({
    ...fakeCredentials,
    requestHandler: inProcess((_, input) => {
      calls.push(input);
      return {};
    }),
  });
  const names = Object.fromEntries(Object.keys(tables).map((name) => [name, name])) as Record<TableName, string>;
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const world = createWorld({ client: documents, tables: names, items: async () => [] }, manualClock(0));
  await callStores(world, text);
  return { expressions: expressionsOf(calls), calls: calls.length, sent: JSON.stringify(calls) };
}

async function callStores(world: ReturnType<typeof createWorld>, text: string): Promise<void> {
  const { client, tables } = world;
  const event = auditEvent({
    type: 'account.created',
    nowMs: 0,
    actor: { type: 'subject', id: text },
    target: { type: 'account', id: text },
    outcome: 'success',
    from: { ip: text, userAgent: text, requestId: text },
  });
  const account = testAccount({ sub: text, email: text, normalizedEmail: text, roles: [text], tenantId: text });
  const token = { pendingId: text, tokenHash: text };
  const job = { jobId: text, template: 'verify-email', to: text, expiresAt: 1, nonce: text, kid: text } as const;
  const session = { sub: text, sid: text };
  const rotation = { clientId: text, secretHash: text, delivery: 'cookie', rotatedAtOrBeforeMs: 0 } as const;
  const change = { sub: text, nowMs: 0, event };
  const lifetime = { accessTokenTtlSeconds: 900, clockLeewaySeconds: 5 };
  const administration = createAccountAdministration({ client, tables, lifetime });
  await world.accounts.find(text);
  await world.accounts.findByEmail(text);
  await world.sessions.list(text);
  await world.registrations.request({ ...token, expiresAt: 1, job, nowMs: 0 });
  await world.registrations.isPending(token);
  await world.registrations.complete({ ...token, now: 1, account, events: [event] });
  await world.rotation.rotate({ ...session, ...rotation, generation: 0, epoch: 0, nowMs: 0, idleTtlSeconds: 1, event });
  await world.revocation.revoke({ ...session, proof: { secretHash: text }, nowMs: 0, event });
  await world.revocation.revoke({ ...session, proof: { cookieHash: text }, nowMs: 0, event });
  await world.revocation.revokeEverywhere({ sub: text, nowMs: 0, event });
  await administration.create({ account, event });
  await administration.disable(change);
  await administration.enable(change);
  const erasure = createAccountErasure({ client, tables, lifetime });
  await erasure.begin({ erasure: { sub: text, actor: { type: 'subject', id: text } }, nowMs: 0, event });
  await erasure.finish({ account, nowMs: 0, event, notice: job });
  const passwords = { account, tokenHash: text, passwordHash: text, nowMs: 0, event, notice: job };
  await world.resets.request({ sub: text, tokenHash: text, expiresAt: 1, job, nowMs: 0 });
  await world.resets.isPending({ sub: text, tokenHash: text });
  await world.resets.complete(passwords);
  await world.changes.change({ ...passwords, endSids: [text] });
  await world.emailChangeRequests.request({ sub: text, tokenHash: text, expiresAt: 1, jobs: [job], nowMs: 0, event });
  await world.emailChanges.complete({ account, newEmail: text, tokenHash: text, nowMs: 0, event, notice: job });
  await world.audit.record(event);
}

function expressionsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    if (/Expression$/.test(name)) return [`${name}: ${String(member)}`];
    if (name === 'ExpressionAttributeNames') return [`${name}: ${JSON.stringify(member)}`];
    if (name === 'ExpressionAttributeValues') return [`${name}: ${Object.keys(Object(member)).join()}`];
    return expressionsOf(member);
  });
}

it.each(hostile)('D02 %j is a value wherever the stores take it, and no part of an expression', async (text) => {
  const benign = await expressionsWith('alice');
  const attacked = await expressionsWith(text);
  expect(attacked.expressions).toEqual(benign.expressions);
  expect(attacked.calls).toBe(benign.calls);
  expect(benign.expressions.length).toBeGreaterThan(20);
  expect(attacked.sent).toContain(JSON.stringify(text).slice(1, -1));
});
