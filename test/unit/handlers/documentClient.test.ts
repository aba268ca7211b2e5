import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { documentClient } from '../../../lambdas/handlers/wiring/documentClient.ts';
import { commit } from '../../../lambdas/stores/dynamo/transaction.ts';
import { putItem } from '../../../lambdas/stores/dynamo/writes.ts';
import { accountFromItem, accountToItem } from '../../../lambdas/stores/items/accountItems.ts';
import { type FakeAnswer, startFakeHttp } from '../../support/fakes/fakeHttp.ts';
import { testAccount } from '../../support/worlds/world.ts';

const answers: FakeAnswer[] = [];
let server: Awaited<ReturnType<typeof startFakeHttp>>;

beforeAll(async () => {
  server = await startFakeHttp(() => answers.shift() ?? { body: {} });
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'signIn');
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
});

afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await server.close();
});

it('A18 a Lambda counts what its stores read of a later release', async () => {
  const lines: Record<string, unknown>[] = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(JSON.parse(String(line))));
  const warnings: string[] = [];
  vi.spyOn(console, 'warn').mockImplementation((line) => void warnings.push(String(line)));
  documentClient();
  accountFromItem({ ...accountToItem(testAccount({ roles: ['curator'] })), memberships: ['a secret place'] });
  expect(lines).toMatchObject([{ UnknownForms: 1, service: 'signIn' }, { UnknownForms: 1 }]);
  expect(warnings.join()).toContain('account memberships');
  expect(warnings.join()).not.toMatch(/secret|curator/);
});

it('F32 a Lambda counts the conflicts of its writes', async () => {
  const lines: Record<string, unknown>[] = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(JSON.parse(String(line))));
  const client = documentClient();
  const conflict = (Code: string) => ({
    status: 400,
    errorType: 'TransactionCanceledException',
    body: { CancellationReasons: [{ Code }] },
  });
  answers.push(conflict('TransactionConflict'), { body: {} });
  await commit(client, [{ Put: { TableName: 'Accounts', Item: { pk: 'a' } } }]);
  answers.push({ status: 400, errorType: 'TransactionConflictException', body: {} }, { body: {} });
  await putItem(client, { TableName: 'Limits', Item: { key: 'a' } });
  expect(lines).toMatchObject([
    { service: 'signIn', TransactionConflicts: 1 },
    { service: 'signIn', TransactionConflicts: 1 },
  ]);
  answers.push(conflict('ConditionalCheckFailed'));
  await commit(client, [{ Put: { TableName: 'Accounts', Item: { pk: 'a' } } }]);
  expect(lines).toHaveLength(2);
});
