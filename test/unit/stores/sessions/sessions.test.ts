import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createDocumentClient } from '../../../../lambdas/stores/dynamo/client.ts';
import { onUnknownForms } from '../../../../lambdas/stores/dynamo/unknownForms.ts';
import { sessionToItem } from '../../../../lambdas/stores/items/sessionItems.ts';
import { createSessions } from '../../../../lambdas/stores/sessions/sessions.ts';
import { startFakeHttp } from '../../../support/fakes/fakeHttp.ts';
import { testAccount, testSession } from '../../../support/worlds/world.ts';

const account = testAccount();
const session = testSession(account);
const item = { ...sessionToItem(session) };
const Items = [{ ...item, sid: 'later', schema_version: 3 }, item].map((one) =>
  marshall(one, { removeUndefinedValues: true }),
);

let server: Awaited<ReturnType<typeof startFakeHttp>>;
beforeAll(async () => {
  server = await startFakeHttp(() => ({ body: { Items } }));
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

let told: string[] = [];
beforeEach(() => {
  told = [];
  return onUnknownForms((forms) => told.push(...forms));
});

const sessions = () => createSessions({ client: createDocumentClient(), tables: { sessions: 'Sessions' } });

it('A18 a session that this release cannot read hides no other from the cap of sessions, and is told of', async () => {
  expect(await sessions().listReadable(account.sub, 10)).toEqual([session]);
  expect(told).toEqual(['session']);
});

it('A18 whoever ends every session is refused while there is one that this release cannot read', async () => {
  await expect(sessions().list(account.sub)).rejects.toMatchObject({ code: 'unavailable' });
});
