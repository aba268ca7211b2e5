import { createPrivateKey } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Context } from 'aws-lambda';
import { ordinaryLimits } from '../../lambdas/contract/limits.ts';
import { createExpectedTenants } from '../../lambdas/core/accounts/expectedTenants.ts';
import { systemClock } from '../../lambdas/core/common/clock.ts';
import { generatePrivateJwk } from '../../lambdas/core/keys/jwk.ts';
import { passwordAuthentication } from '../../lambdas/core/sessions/authentication.ts';
import { beginSession } from '../../lambdas/core/sessions/newSession.ts';
import { refresh } from '../../lambdas/endpoints/sessions.ts';
import { type HttpHandler, httpHandler } from '../../lambdas/http/httpHandler.ts';
import { createAuditOutbox } from '../../lambdas/stores/audit/auditOutbox.ts';
import { tableNames } from '../../lambdas/stores/dynamo/tableNames.ts';
import { accountToItem } from '../../lambdas/stores/items/accountItems.ts';
import { sessionToItem } from '../../lambdas/stores/items/sessionItems.ts';
import { createRefreshRotation } from '../../lambdas/stores/sessions/refreshRotation.ts';
import { createSessionReader } from '../../lambdas/stores/sessions/sessionReader.ts';
import { createSessionRevocation } from '../../lambdas/stores/sessions/sessionRevocation.ts';
import { httpEvent } from '../../test/support/worlds/httpEvent.ts';
import { from, settings, testAccount, testMacKey, testMacKeys } from '../../test/support/worlds/world.ts';
import { createMemoryDatabase } from '../memory/database.ts';
import type { RefreshServer, ServerOptions } from './server.ts';

/** The handler of the Lambda `refresh` as it is deployed, over stores whose client answers from memory. */
export async function refreshWorld({ delayMs, algorithm, sessions }: ServerOptions) {
  const database = createMemoryDatabase(delayMs);
  const { client } = database;
  const tables = tableNames((name) => database.tables[name]);
  const clock = systemClock;
  const [key, jwk] = [testMacKey(), await generatePrivateJwk(algorithm)];
  const signingKey = { kid: jwk.kid, algorithm, privateKey: createPrivateKey({ key: jwk, format: 'jwk' }) };
  const reuses: string[] = [];

  const tokens = Array.from({ length: sessions }, () => {
    const account = testAccount();
    const begun = beginSession({
      account,
      authentication: passwordAuthentication,
      delivery: 'body',
      from,
      now: Math.floor(clock() / 1000),
      key,
      settings,
    });
    database.put('Accounts', { ...accountToItem(account) });
    database.put('Sessions', { ...sessionToItem(begun.session) });
    return begun.refreshToken;
  });
  const lifetime = { accessTokenTtlSeconds: settings.accessTokenTtlSeconds, clockLeewaySeconds: 60 };
  const handler = httpHandler(
    { issuer: settings.issuer, allowedOrigins: [] },
    {
      refresh: refresh({
        audit: createAuditOutbox({ client, table: tables.auditOutbox }),
        clock,
        rotation: createRefreshRotation({ client, tables, limit: ordinaryLimits.refreshPerSession }),
        sessions: createSessionReader({ client, tables }),
        revocation: createSessionRevocation({ client, tables, lifetime }),
        tenants: createExpectedTenants('acme'),
        signingKeys: { current: async () => signingKey },
        refreshKeys: testMacKeys(key),
        onReuse: () => void reuses.push('reuse'),
        settings,
        retryWindowSeconds: 10,
      }),
    },
  );
  return { database, handler, tokens, reuses };
}

/** So many events may wait in the outbox: its stream, which there is none of here, would have shipped them. */
const mostEvents = 1000;

export async function ourServer(options: ServerOptions): Promise<RefreshServer> {
  const { handler, tokens, database } = await refreshWorld(options);
  let answered = 0;
  return {
    listener(request, response) {
      answered += 1;
      if (answered % mostEvents === 0) database.clear('AuditOutbox');
      void answer(handler, request, response);
    },
    path: '/auth/refresh',
    body: 'json',
    tokens,
  };
}

/** As a gateway does: the request as an event, and the result as a response. */
async function answer(handler: HttpHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  const event = httpEvent({ method: 'POST', path: '/auth/refresh', headers: Object.fromEntries(headers), body });
  const result = await handler(event, lambdaContext);
  response.statusCode = result.statusCode;
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, String(value));
  response.end(result.body);
}

export const lambdaContext: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'refresh',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:refresh',
  memoryLimitInMB: '512',
  awsRequestId: 'request-1',
  logGroupName: 'refresh',
  logStreamName: 'refresh',
  getRemainingTimeInMillis: () => 10_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};
