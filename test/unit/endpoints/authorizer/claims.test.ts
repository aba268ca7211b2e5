import { beforeEach, describe, expect, it } from 'vitest';
import {
  type AuthorizerWorld,
  audience,
  createAuthorizerWorld,
  issuer,
} from '../../../support/worlds/authorizerWorld.ts';

describe('the claims of an access token', () => {
  let world: AuthorizerWorld;
  beforeEach(async () => {
    world = await createAuthorizerWorld();
  });

  it('are all that becomes the principal', async () => {
    const claims = world.claims({ email: 'someone@example.com', admin: true });
    expect(await world.present(world.signed(world.header(), claims))).toEqual({
      sub: claims.sub,
      sid: claims.sid,
      jti: 'jti-1',
      clientId: 'gatehouse',
      scope: 'account',
      roles: ['member'],
      tenantId: 'default',
      authTime: claims.auth_time,
      amr: ['pwd'],
      acr: 'aal1',
      via: 'access_token',
      issuedAt: claims.iat,
      expiresAt: claims.exp,
    });
  });

  it('J10 exp is held against the clock with its leeway, to the second', async () => {
    const strict = await createAuthorizerWorld({ clockLeewaySeconds: 0 });
    const aged = (of: AuthorizerWorld, ago: number) =>
      of.token({ iat: of.nowSeconds() - 100 - ago, exp: of.nowSeconds() - ago });
    expect(await strict.present(aged(strict, 1))).toBe('unauthorized');
    expect(await strict.present(aged(strict, 0))).toBe('unauthorized');
    expect(await strict.present(aged(strict, -1))).not.toBe('unauthorized');
    expect(await world.present(aged(world, 61))).toBe('unauthorized');
    expect(await world.present(aged(world, 60))).toBe('unauthorized');
    expect(await world.present(aged(world, 59))).not.toBe('unauthorized');
  });

  it('a token that was good is refused once its time has passed', async () => {
    const token = world.token();
    world.advance(900 + 59);
    expect(await world.present(token)).toMatchObject({ acr: 'aal1' });
    world.advance(1);
    expect(await world.present(token)).toBe('unauthorized');
  });

  it.each(['nbf', 'iat'])('J12 %s in the future beyond the leeway is refused', async (claim) => {
    const at = (ahead: number) => world.token({ [claim]: world.nowSeconds() + ahead, exp: world.nowSeconds() + 900 });
    expect(await world.present(at(60))).toMatchObject({ acr: 'aal1' });
    expect(await world.present(at(61))).toBe('unauthorized');
    expect(await world.present(at(3600))).toBe('unauthorized');
  });

  it.each([
    'https://other.example.com',
    `${issuer}/`,
    'http://auth.example.com',
    'https://AUTH.example.com',
    'https://auth.example.com:443',
    ` ${issuer}`,
    '',
    [issuer],
    { url: issuer },
    null,
    undefined,
  ])('J13 iss %j is refused', async (iss) => {
    expect(await world.present(world.token({ iss }))).toBe('unauthorized');
  });

  it.each([
    issuer,
    'gatehouse',
    `${audience}/`,
    audience.toUpperCase(),
    '',
    [],
    ['other'],
    [audience],
    [audience, 'other'],
    { aud: audience },
    null,
    undefined,
  ])('J14 aud %j is refused', async (aud) => {
    expect(await world.present(world.token({ aud }))).toBe('unauthorized');
  });

  it('J15 an ID token is refused as an access token', async () => {
    const { iss, sub, exp, iat, auth_time } = world.claims();
    const idToken = { iss, sub, aud: 'gatehouse', exp, iat, auth_time, nonce: 'n' };
    expect(await world.present(world.signed(world.header({ typ: 'JWT' }), idToken))).toBe('unauthorized');
    expect(await world.present(world.signed(world.header({ typ: undefined }), world.claims()))).toBe('unauthorized');
    expect(await world.present(world.signed(world.header(), world.claims({ aud: 'gatehouse' })))).toBe('unauthorized');
  });

  it('J16 a mailed token or a refresh token is refused as an access token', async () => {
    const refreshToken = `kid.${world.claims().sub}.AAAAAAAAAAAAAAAAAAAAAA0.0.${'A'.repeat(43)}.${'A'.repeat(43)}`;
    for (const token of [refreshToken, 'A'.repeat(43), `id.${'A'.repeat(43)}`, `a.b.${'A'.repeat(43)}`]) {
      expect(await world.present(token)).toBe('unauthorized');
    }
  });

  it.each(['exp', 'iat', 'sub', 'sid', 'jti', 'client_id', 'scope', 'roles', 'tenant_id', 'auth_time', 'amr', 'acr'])(
    'a token needs a %s of the right type',
    async (claim) => {
      for (const value of [undefined, null, true, {}, '', ['']]) {
        expect(await world.present(world.token({ [claim]: value }))).toBe('unauthorized');
      }
    },
  );

  it.each([1.5, 2 ** 53, 1e300, -1, '1893456900', Number.POSITIVE_INFINITY])('exp %j is refused', async (exp) => {
    expect(await world.present(world.token({ exp }))).toBe('unauthorized');
  });

  it('a token made to live longer than ours do is refused', async () => {
    const now = world.nowSeconds();
    expect(await world.present(world.token({ iat: now, exp: now + 901 }))).toBe('unauthorized');
    expect(await world.present(world.token({ iat: now - 86_400, exp: now + 600 }))).toBe('unauthorized');
    expect(await world.present(world.token({ iat: now, exp: now }))).toBe('unauthorized');
  });

  it('J27 no name of a member changes a prototype', async () => {
    const payload = JSON.stringify(world.claims()).slice(0, -1);
    const polluted = ['"__proto__":{"roles":["admin"]}', '"\\u005f_proto__":{"roles":["admin"]}'];
    for (const member of polluted) {
      expect(await world.present(world.signed(world.header(), `${payload},${member}}`))).toBe('unauthorized');
    }
    const constructed = `${payload},"constructor":{"prototype":{"roles":["admin"]}}}`;
    expect(await world.present(world.signed(world.header(), constructed))).toMatchObject({ roles: ['member'] });
    expect(Reflect.get({}, 'roles')).toBeUndefined();
  });

  it('J27 roles on a prototype are not roles', async () => {
    const { roles: _, ...claims } = world.claims();
    const payload = `${JSON.stringify(claims).slice(0, -1)},"__proto__":{"roles":["admin"]}}`;
    expect(await world.present(world.signed(world.header(), payload))).toBe('unauthorized');
  });

  it.each(['[]', '[{}]', '1', '"text"', 'null', 'true', '', '{', '{}'])(
    'J28 a payload of %j is refused',
    async (payload) => {
      expect(await world.present(world.signed(world.header(), payload))).toBe('unauthorized');
    },
  );

  it.each([10, 2_000, 10_000])('J28 a payload nested %i deep is refused', async (depth) => {
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const payload = `${JSON.stringify(world.claims()).slice(0, -1)},"x":${nested}}`;
    expect(await world.present(world.signed(world.header(), payload))).toBe('unauthorized');
  });

  it('a payload with a member twice is refused, at any depth', async () => {
    const payload = JSON.stringify(world.claims()).slice(0, -1);
    for (const member of ['"roles":["admin"]', '"r\\u006fles":["admin"]', '"x":{"a":1,"a":2}', '"x":[{"b":1,"b":1}]']) {
      expect(await world.present(world.signed(world.header(), `${payload},${member}}`))).toBe('unauthorized');
    }
  });
});
