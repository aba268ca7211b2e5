import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type RouteId, routeById, routeIds } from '../../../lambdas/contract/routes.ts';
import { roundTrips } from '../../support/database/roundTrips.ts';
import { type GoodRequest, happyPaths } from '../../support/fuzz/happyPaths.ts';
import { newPerson, signedUp } from '../../support/people/people.ts';
import { deployedAuthorizer, deployedHandler } from '../../support/stack/deployedHandler.ts';
import { authorizerEvent } from '../../support/worlds/authorizerWorld.ts';
import { httpEvent } from '../../support/worlds/httpEvent.ts';

/**
 * For how many round trips, one after the other, somebody waits who calls a route and gets what they ask for, where its
 * Lambda is warm. A trip more is milliseconds for everybody: change a number here only with a reason.
 */
const expected: Readonly<Record<RouteId, number>> = {
  health: 0,
  jwks: 1,
  register: 9,
  verifyEmail: 4,
  login: 3,
  loginMfa: 8,
  loginPasskeyOptions: 2,
  loginPasskey: 7,
  stepUp: 6,
  listFactors: 1,
  renameFactor: 3,
  removeFactor: 9,
  beginTotp: 6,
  confirmTotp: 7,
  passkeyOptions: 5,
  addPasskey: 6,
  renewRecoveryCodes: 9,
  refresh: 1,
  forgotPassword: 9,
  resetPassword: 6,
  changePassword: 11,
  deleteMe: 15,
  changeEmail: 13,
  confirmEmail: 7,
  undoEmail: 6,
  logout: 2,
  logoutEverywhere: 3,
  csrf: 0,
  me: 1,
  listSessions: 1,
  revokeSession: 2,
  showVerifyEmailPage: 1,
  submitVerifyEmailPage: 3,
  showResetPage: 3,
  submitResetPage: 6,
  showConfirmEmailPage: 3,
  submitConfirmEmailPage: 7,
  showUndoEmailPage: 2,
  submitUndoEmailPage: 6,
};

/** Of a signer, a verifier or a hasher: a warm one has it. */
const keys = ['GetSecretValue', 'Decrypt'];

/** A request as it comes to the route's Lambda, from the authorizer where the route has one. */
async function eventOf(id: RouteId, request: GoodRequest): Promise<APIGatewayProxyEvent> {
  const { path, method, access } = routeById(id);
  const { form, json, parameters, query, headers = {} } = request;
  const contentType = form ? 'application/x-www-form-urlencoded' : 'application/json';
  const body = form ? new URLSearchParams({ ...form }).toString() : JSON.stringify(json);
  const event = httpEvent({
    method,
    path,
    headers: { ...headers, ...(body !== undefined && { 'content-type': contentType }) },
    ...(body !== undefined && { body }),
    ...(parameters && { pathParameters: parameters }),
    ...(query && { query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value]])) }),
  });
  return access === 'public'
    ? event
    : { ...event, requestContext: { ...event.requestContext, authorizer: await contextOf(request, { method, path }) } };
}

async function contextOf({ token, headers }: GoodRequest, { method, path }: { method: string; path: string }) {
  const authorize = await deployedAuthorizer();
  const call = {
    method,
    resource: path,
    ...(headers?.['cookie'] !== undefined && { cookies: [headers['cookie']] }),
    ...(headers?.['x-csrf-token'] !== undefined && { csrfToken: headers['x-csrf-token'] }),
  };
  return (await authorize(authorizerEvent(token === undefined ? [] : [`Bearer ${token}`], call))).context;
}

const granted = async (id: RouteId, event: APIGatewayProxyEvent) => {
  const handler = await deployedHandler(routeById(id).lambda);
  const { statusCode, body } = await handler(event, {} as Context);
  expect([id, statusCode < 400 ? 'granted' : body]).toEqual([id, 'granted']);
};

describe('a warm Lambda', () => {
  it.each(routeIds)('waits for no more round trips than were meant: %s', async (id) => {
    const event = await eventOf(id, await happyPaths[id]());
    const { sequential, calls } = await roundTrips(() => granted(id, event), keys);
    // A key or a list that is a moment old is not read again: it may be one less.
    expect(sequential, calls.join(', ')).toBeLessThanOrEqual(expected[id]);
  });

  it('waits for one to refuse a refresh, and for three to refuse a password', async () => {
    const { tokens, email } = await signedUp();
    const refused = async (id: RouteId, json: object) => {
      const handler = await deployedHandler(routeById(id).lambda);
      const event = await eventOf(id, { json });
      return (await roundTrips(() => handler(event, {} as Context), keys)).sequential;
    };
    await granted('refresh', await eventOf('refresh', { json: { refresh_token: tokens.refresh_token } }));
    expect(await refused('refresh', { refresh_token: tokens.refresh_token })).toBe(1);
    expect(await refused('login', { email, password: 'wrong' })).toBe(3);
    expect(await refused('login', { email: newPerson().email, password: 'wrong' })).toBe(3);
  });
});

describe('a cold Lambda', () => {
  beforeEach(() => {
    vi.resetModules();
  });

  it('fetches its keys side by side, before a refresh writes', async () => {
    const event = await eventOf('refresh', await happyPaths.refresh());
    const { sequential, calls } = await roundTrips(() => granted('refresh', event));
    expect({ sequential, calls: calls.slice(0, 2) }).toEqual({
      sequential: 2,
      calls: ['GetSecretValue', 'GetSecretValue'],
    });
  });

  it('fetches its keys while a sign-in reads', async () => {
    const event = await eventOf('login', await happyPaths.login());
    expect((await roundTrips(() => granted('login', event))).sequential).toBe(3);
  });
});
