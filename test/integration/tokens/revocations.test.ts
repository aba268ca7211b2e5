import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RevocationEntry } from '../../../lambdas/core/tokens/revocationList.ts';
import { transact } from '../../../lambdas/stores/dynamo/transaction.ts';
import { revocationPut } from '../../../lambdas/stores/items/revocationItems.ts';
import { createRevocations } from '../../../lambdas/stores/tokens/revocations.ts';
import { createDatabase, type TestDatabase } from '../../support/database/dynamodb.ts';
import { databaseEndpoints } from '../../support/database/endpoints.ts';
import { manualClock } from '../../support/worlds/world.ts';

const lifetime = { accessTokenTtlSeconds: 900, clockLeewaySeconds: 60 };
const token = {
  kid: 'kid',
  sid: 'AAAAAAAAAAAAAAAAAAAAAA3',
  gid: 'gid',
  jti: 'jti',
  sub: 'sub',
  clientId: 'client',
  tenantId: 'tenant',
  issuedAt: 1000,
};

describe.each(databaseEndpoints())('the revocation list on $name', ({ endpoint }) => {
  const clock = manualClock();
  const onUnknown = () => expect.fail('every entry is known');
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase(endpoint);
  });

  const list = () =>
    createRevocations({
      client: database.client,
      table: database.tables.Revocations,
      clock,
      pollSeconds: 5,
      onUnknown,
      ...lifetime,
    });
  const revoke = (entry: RevocationEntry) =>
    transact(database.client, [revocationPut(database.tables.Revocations, { entry, nowMs: clock(), lifetime })]);

  it.each([
    { kind: 'sid', value: token.sid },
    { kind: 'sid', value: token.sid, issuedAtOrBefore: 1000 },
    { kind: 'gid', value: 'gid' },
    { kind: 'jti', value: 'jti' },
    { kind: 'kid', value: 'kid' },
    { kind: 'sub', value: 'sub', issuedAtOrBefore: 1000 },
    { kind: 'sub', value: 'sub', epochBelow: 4 },
    { kind: 'client_id', value: 'client', issuedAtOrBefore: 1000 },
    { kind: 'tenant_id', value: 'tenant', issuedAtOrBefore: 1000 },
  ] as const)('holds %j in warm and cold copies', async (entry) => {
    clock.advance(3_600_000);
    const warm = list();
    expect((await warm.get()).revokes(token)).toBeUndefined();
    await revoke(entry);
    await revoke(entry);
    clock.advance(5_000);
    expect((await warm.get()).revokes(token)).toBe(entry.kind);
    expect((await list().get()).revokes(token)).toBe(entry.kind);
  });

  it('is whole when a minute holds more entries than one page', async () => {
    clock.advance(3_600_000);
    const padding = 'x'.repeat(900);
    const puts = Array.from({ length: 1_500 }, (_, number) => {
      const entry = { kind: 'sid', value: `${number}-${padding}` } as const;
      return revocationPut(database.tables.Revocations, { entry, nowMs: clock(), lifetime }).Put;
    });
    for (let start = 0; start < puts.length; start += 50) {
      const slice = puts.slice(start, start + 50);
      await Promise.all(
        slice.map((put) => database.client.send(new PutCommand({ TableName: put?.TableName, Item: put?.Item }))),
      );
    }
    const loaded = await list().get();
    expect(loaded.size).toBe(1_500);
  });

  it('is unavailable where there is no such table', async () => {
    const missing = createRevocations({
      client: database.client,
      table: 'missing',
      clock,
      pollSeconds: 5,
      onUnknown,
      ...lifetime,
    });
    await expect(missing.get()).rejects.toMatchObject({ code: 'unavailable' });
  });
});
