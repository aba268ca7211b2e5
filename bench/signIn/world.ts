import * as z from 'zod/mini';
import { systemClock as clock } from '../../lambdas/core/common/clock.ts';
import { login } from '../../lambdas/endpoints/signIn.ts';
import { createEndPreviousSessions } from '../../lambdas/flows/signIn/endPreviousSessions.ts';
import { createLimitSessions } from '../../lambdas/flows/signIn/limitSessions.ts';
import { createRehash } from '../../lambdas/flows/signIn/rehashPassword.ts';
import { httpHandler } from '../../lambdas/http/httpHandler.ts';
import { newAccountPuts } from '../../lambdas/stores/items/accountWrites.ts';
import { httpEvent } from '../../test/support/worlds/httpEvent.ts';
import { createWorld, manualClock, testAccount, testHasher } from '../../test/support/worlds/world.ts';
import { createMemoryDatabase } from '../memory/database.ts';
import { lambdaContext } from '../refresh/ours.ts';

const right = 'the right password of an account';
/** Each in turn: no limit of an account or an address is reached. */
const accountCount = 500;
const answerSchema = z.object({ device_token: z.optional(z.string()) });

/** How an attempt to sign in goes. */
export type Kind = 'new device' | 'known device' | 'wrong password';

/** The handler of the Lambda `signIn` as it is deployed, over stores whose client answers from memory. */
export async function signInWorld(delayMs: number) {
  const database = createMemoryDatabase(delayMs);
  const world = createWorld(database, manualClock());
  const hasher = testHasher();
  const passwordHash = await hasher.hash(right);
  const accounts = Array.from({ length: accountCount }, () => testAccount({ passwordHash }));
  for (const account of accounts) {
    for (const { Put } of newAccountPuts('Accounts', account)) if (Put?.Item) database.put('Accounts', Put.Item);
  }
  const failed = (error: unknown) => {
    throw error;
  };
  const { revocation, passwordHashes } = world;
  const handler = httpHandler(
    { issuer: world.settings.issuer, allowedOrigins: [] },
    {
      login: login({
        ...world,
        clock,
        hasher,
        refreshKeys: world.macKeys,
        credentialKeys: world.macKeys,
        endPreviousSessions: createEndPreviousSessions({ accounts: world.accounts, revocation, clock, failed }),
        limitSessions: createLimitSessions({ sessions: world.sessions, revocation, clock, failed }),
        rehash: createRehash({ hasher, passwordHashes, clock, failed }),
      }),
    },
  );

  const devices = new Map<string, string>();
  let next = 0;
  const attempt = async (kind: Kind): Promise<void> => {
    const index = next++;
    const { email = '' } = accounts[index % accounts.length] ?? {};
    const device = kind === 'known device' ? devices.get(email) : undefined;
    const password = kind === 'wrong password' ? 'another password, of nobody' : right;
    const event = httpEvent({
      method: 'POST',
      path: '/auth/login',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password, device_token: device }),
      sourceIp: `198.18.${(index >> 8) & 255}.${index & 255}`,
    });
    const { statusCode, body } = await handler(event, lambdaContext);
    if (statusCode !== (kind === 'wrong password' ? 401 : 200)) throw new Error(`${kind}: ${statusCode} ${body}`);
    const token = answerSchema.parse(JSON.parse(body)).device_token;
    if (token !== undefined) devices.set(email, token);
  };
  return {
    attempt,
    /** What an attempt hashes, and nothing else. */
    hash: async () => void (await hasher.verify(passwordHash, right)),
    /** Makes a device known to each of the accounts that come next. */
    async meetDevices(count: number) {
      const from = next;
      for (let index = 0; index < count; index += 1) await attempt('new device');
      next = from;
    },
  };
}
