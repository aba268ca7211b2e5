import { randomUUID } from 'node:crypto';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, it } from 'vitest';
import { EarlyRotationError, rotationSteps } from '../../../lambdas/core/keys/rotationEvent.ts';
import { createVerificationKeys } from '../../../lambdas/core/keys/verificationKeys.ts';
import { initializeSecrets } from '../../../lambdas/flows/keys/initializeSecrets.ts';
import { rotateSecret } from '../../../lambdas/flows/keys/rotateSecret.ts';
import { signingKeyStrategy } from '../../../lambdas/flows/keys/signingKeyStrategy.ts';
import { createAuditOutbox } from '../../../lambdas/stores/audit/auditOutbox.ts';
import { createKeyPublisher } from '../../../lambdas/stores/keys/keyPublisher.ts';
import { createPublishedKeys } from '../../../lambdas/stores/keys/publishedKeys.ts';
import { createSecretVersions } from '../../../lambdas/stores/keys/secretVersions.ts';
import { createSigningKeys } from '../../../lambdas/stores/keys/signingKeys.ts';
import { createRevocations } from '../../../lambdas/stores/tokens/revocations.ts';
import { createDatabase, type TestDatabase } from '../../support/database/dynamodb.ts';
import { databaseEndpoints, localCloud } from '../../support/database/endpoints.ts';
import { createFakeSecretsManager } from '../../support/fakes/fakeSecretsManager.ts';
import { lifetimes } from '../../support/worlds/rotationWorld.ts';
import { manualClock } from '../../support/worlds/world.ts';

const { keyCacheSeconds } = lifetimes;

async function newSecret(endpoint: string) {
  const client = new SecretsManagerClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const id = `keys-${randomUUID()}`;
  await client.send(new CreateSecretCommand({ Name: id, SecretString: 'generated-text' }));
  return { client, id };
}

/** The secret of the local cloud where there is one; beside AWS's DynamoDB, which has none, the one in memory. */
async function signingKeySecret(endpoint: string) {
  if (endpoint === localCloud()?.endpoint) return newSecret(endpoint);
  return { client: createFakeSecretsManager('generated-text').client, id: 'keys' };
}

describe.each(databaseEndpoints())('signing keys on $name', ({ endpoint }) => {
  const clock = manualClock();
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createDatabase(endpoint);
  });

  async function createWorld() {
    const { client, tables } = database;
    const secret = await signingKeySecret(endpoint);
    const versions = createSecretVersions(secret.client, secret.id);
    const other = () => createSecretVersions(createFakeSecretsManager('generated-text').client, 'other');
    const outbox = createAuditOutbox({ client, table: tables.AuditOutbox });
    const publisher = createKeyPublisher({
      client,
      tables: { publishedKeys: tables.PublishedKeys, auditOutbox: tables.AuditOutbox },
      revocations: { table: tables.Revocations, lifetime: lifetimes },
    });
    const base = { publisher, algorithm: 'ES256', clock } as const;
    const strategy = signingKeyStrategy({ ...base, versions, lifetimes });
    await initializeSecrets({
      ...base,
      signingKeys: versions,
      refreshKeys: other(),
      mailKeys: other(),
      credentialKeys: other(),
      outbox,
    });
    return {
      versions,
      publisher,
      async rotate(token: string, emergency = false) {
        for (const step of rotationSteps) await rotateSecret({ step, token, emergency }, { versions, strategy });
      },
      signer: () =>
        createSigningKeys({ client: secret.client, secretId: secret.id, cacheSeconds: keyCacheSeconds, clock }),
      verifier: () =>
        createVerificationKeys({
          read: createPublishedKeys({ client, table: tables.PublishedKeys }).read,
          clock,
          cacheSeconds: keyCacheSeconds,
          maxStaleSeconds: lifetimes.accessTokenTtlSeconds,
        }),
    };
  }

  it('are published for as long as they may sign', async () => {
    const world = await createWorld();
    const first = await world.signer().current();
    expect(await world.verifier().find(first.kid)).toMatchObject({ kid: first.kid });
    await expect(world.rotate(randomUUID())).rejects.toBeInstanceOf(EarlyRotationError);

    clock.advance(keyCacheSeconds * 1000);
    const warm = world.verifier();
    await warm.find(first.kid);
    const token = randomUUID();
    await world.rotate(token);
    await world.rotate(token);
    const second = await world.signer().current();
    expect(second.kid).not.toBe(first.kid);
    for (const { kid } of [first, second]) expect(await warm.find(kid)).toMatchObject({ kid });

    await world.rotate(randomUUID(), true);
    const third = await world.signer().current();
    expect(await world.verifier().find(third.kid)).toMatchObject({ kid: third.kid });
    expect(await world.verifier().find(second.kid)).toBeUndefined();
    const list = await createRevocations({
      client: database.client,
      table: database.tables.Revocations,
      clock,
      pollSeconds: 5,
      onUnknown: () => expect.fail('every entry is known'),
      ...lifetimes,
    }).get();
    const claims = { sid: '', jti: '', sub: '', clientId: '', tenantId: '', issuedAt: 0 };
    expect(list.revokes({ ...claims, kid: second.kid })).toBe('kid');
    expect(list.revokes({ ...claims, kid: third.kid })).toBeUndefined();

    const events = (await database.items('AuditOutbox')).map(({ event }) => JSON.parse(String(event)).type);
    expect(events.filter((type) => String(type).startsWith('signing_keys')).sort()).toEqual([
      'signing_keys.initialized',
      'signing_keys.replaced',
      'signing_keys.rotated',
    ]);
  });

  it('are not published over a set that someone else has written since', async () => {
    const { publisher } = await createWorld();
    const set = await publisher.find();
    if (!set) throw new Error('nothing is published');
    const next = { ...set, version: set.version + 1 };
    const results = await Promise.all(
      Array.from({ length: 8 }, () => publisher.publish({ set: next, nowMs: clock() })),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await publisher.publish({ set: next, nowMs: clock() })).toBe(false);
    expect(await publisher.publish({ set: { ...set, version: 1 }, nowMs: clock() })).toBe(false);
  });
});
