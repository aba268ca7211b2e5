import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { firstSigningKeyRing, prepareSigningKey, publicKeysOf } from '../../../lambdas/core/keys/signingKeyRing.ts';
import { signAccessToken } from '../../../lambdas/core/tokens/accessToken.ts';
import { createDatabase } from '../../support/database/dynamodb.ts';
import { localCloud } from '../../support/database/endpoints.ts';
import { buildChildren } from '../../support/kill/run.ts';
import { authorizerEvent } from '../../support/worlds/authorizerWorld.ts';

const cloud = localCloud();
const issuer = 'https://auth.example';

/** The real handler, in a process of its own, with every SDK call counted. */
describe.skipIf(!cloud)('the authorizer against the local cloud', () => {
  it('reads no table for each of a thousand requests', async () => {
    const endpoint = cloud?.endpoint ?? '';
    const { client, tables } = await createDatabase(endpoint);
    const now = Math.floor(Date.now() / 1000);
    const ring = await firstSigningKeyRing('RS256', now);
    const published = { keys: publicKeysOf(ring) };
    await client.send(
      new PutCommand({
        TableName: tables.PublishedKeys,
        Item: {
          name: 'jwks',
          schema_version: 1,
          jwks: JSON.stringify(published),
          version: 1,
          updated_at: now,
          first_published: {},
          replaced: [],
        },
      }),
    );
    const token = signAccessToken(
      {
        iss: issuer,
        sub: '8f14e45f-ceea-467f-a8a1-0d5f0a8f2c11',
        aud: `${issuer}/api`,
        exp: now + 900,
        iat: now,
        jti: 'jti-1',
        sid: 'AAAAAAAAAAAAAAAAAAAAAA0',
        client_id: 'gatehouse',
        scope: 'account',
        roles: ['member'],
        tenant_id: 'default',
        auth_time: now,
        amr: ['pwd'],
        acr: 'aal1',
      },
      prepareSigningKey(ring),
    );
    const environment = {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      GATEHOUSE_DEPLOYMENT: 'gatehouse-test',
      GATEHOUSE_STAGE: 'test',
      GATEHOUSE_VERSION: '0',
      POWERTOOLS_SERVICE_NAME: 'test',
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
      ISSUER: issuer,
      AUDIENCE: `${issuer}/api`,
      ACCESS_TOKEN_TTL_SECONDS: '900',
      CLOCK_LEEWAY_SECONDS: '10',
      KEY_CACHE_SECONDS: '300',
      // Longer than this test takes: what is counted is what a request costs between two polls.
      REVOCATION_POLL_SECONDS: '25',
      ACCOUNTS_TABLE: tables.Accounts,
      SESSIONS_TABLE: tables.Sessions,
      REVOCATIONS_TABLE: tables.Revocations,
      PUBLISHED_KEYS_TABLE: tables.PublishedKeys,
      AUDIT_OUTBOX_TABLE: tables.AuditOutbox,
    };
    const children = await buildChildren();
    onTestFinished(() => children.remove());
    const run = async (times: number) => {
      const plan = { handler: 'authorizer', event: authorizerEvent([`Bearer ${token}`]), times, at: 'never' } as const;
      const result = await children.run(plan, environment);
      if (result.killed) throw new Error('the child was killed');
      expect(result.response.policyDocument.Statement).toMatchObject([{ Effect: 'Allow' }]);
      return result.calls;
    };
    const [one, thousand] = [await run(1), await run(1000)];
    console.log(
      `calls of 1 request: ${one.length}, of 1,000: ${thousand.length} (${[...new Set(thousand)].join(', ')})`,
    );
    expect(one.filter((call) => call === 'GetCommand')).toHaveLength(1);
    expect(one.filter((call) => call === 'QueryCommand').length).toBeGreaterThan(10);
    expect(thousand).toHaveLength(one.length);
  });
});
