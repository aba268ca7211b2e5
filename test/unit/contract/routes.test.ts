import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { accountRoutes } from '../../../lambdas/contract/routes/accounts.ts';
import { factorRoutes } from '../../../lambdas/contract/routes/factors.ts';
import { linkRoutes } from '../../../lambdas/contract/routes/links.ts';
import { passwordRoutes } from '../../../lambdas/contract/routes/passwords.ts';
import { sessionRoutes } from '../../../lambdas/contract/routes/sessions.ts';
import { signInRoutes } from '../../../lambdas/contract/routes/signIn.ts';
import { wellKnownRoutes } from '../../../lambdas/contract/routes/wellKnown.ts';
import { findRoute, inputOf, routeById, routeIds, routes } from '../../../lambdas/contract/routes.ts';

const rooms = [accountRoutes, factorRoutes, linkRoutes, passwordRoutes, sessionRoutes, signInRoutes, wellKnownRoutes];

/** Members that hold a credential, or an address that one is mailed to. */
const credentials = new Set([
  ...['password', 'current_password', 'new_password', 'code', 'credential'],
  ...['token', 'mfa_token', 'refresh_token', 'device_token', 'email', 'new_email'],
]);

describe('the table of routes', () => {
  it('holds every route of every room', () => {
    expect(rooms.flatMap((room) => Object.keys(room)).sort()).toEqual([...routeIds].sort());
    for (const id of routeIds) expect(findRoute(routes[id].method, routes[id].path)).toBe(id);
  });

  it.each(routeIds)('says of %s that it takes a credential exactly where its input has one', (id) => {
    const { body, query } = inputOf(id);
    const names = [...namesOf(body), ...namesOf(query)];
    expect(routeById(id).takesCredential ?? false).toBe(names.some((name) => credentials.has(name)));
  });

  it.each(['resetPassword', 'confirmEmail', 'undoEmail'] as const)(
    'L29 lets a client that is no browser say on which device it changes credentials by a mailed link: %s',
    (id) => {
      expect(namesOf(inputOf(id).body)).toContain('device_token');
    },
  );

  it('L25 lets an access token alone change nothing about how somebody signs in', () => {
    const byToken = routeIds.filter((id) => routeById(id).access !== 'public' && routeById(id).method !== 'GET');
    const alone = byToken.filter((id) => !namesOf(inputOf(id).body).includes('current_password'));
    expect(alone.toSorted()).toEqual([
      // They end what an owner has begun: with the secret, or the challenge, that only the owner was shown.
      ...['addPasskey', 'confirmTotp'],
      // They end sessions.
      ...['logout', 'logoutEverywhere'],
      'renameFactor',
      'revokeSession',
      // It takes the proof itself.
      'stepUp',
    ]);
  });
});

/** The members of an object, or of any one of several. */
function namesOf(schema: z.core.$ZodType | undefined): string[] {
  if (!schema) return [];
  const {
    properties = {},
    anyOf = [],
    oneOf = [],
  } = z
    .looseObject({
      properties: z.record(z.string(), z.unknown()).optional(),
      anyOf: z.array(z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() })).optional(),
      oneOf: z.array(z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() })).optional(),
    })
    .parse(z.toJSONSchema(schema, { io: 'input' }));
  return [properties, ...[...anyOf, ...oneOf].map((one) => one.properties ?? {})].flatMap(Object.keys);
}
