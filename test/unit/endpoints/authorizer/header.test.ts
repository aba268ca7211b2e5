import { createHmac, createPublicKey } from 'node:crypto';
import { Socket } from 'node:net';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { publicHalf } from '../../../../lambdas/core/keys/jwk.ts';
import {
  type AuthorizerWorld,
  createAuthorizerWorld,
  encode,
  keyPair,
} from '../../../support/worlds/authorizerWorld.ts';

vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');

describe('the header of an access token', () => {
  let world: AuthorizerWorld;
  beforeAll(async () => {
    world = await createAuthorizerWorld();
  });

  it('is let through as it is issued', async () => {
    expect(await world.present(world.token())).toMatchObject({ sub: world.claims().sub, roles: ['member'] });
    expect(await world.present(world.signed(world.header(), world.claims()))).toMatchObject({ acr: 'aal1' });
  });

  it.each(['none', 'None', 'nOnE', 'NONE', ''])('J01 alg %j without a signature is refused', async (alg) => {
    const unsigned = `${encode(world.header({ alg }))}.${encode(world.claims())}`;
    expect(await world.present(`${unsigned}.`)).toBe('unauthorized');
    expect(await world.present(unsigned)).toBe('unauthorized');
    expect(await world.present(`${unsigned}.${world.token().split('.')[2]}`)).toBe('unauthorized');
  });

  it('J02 HS256 under our public key, as PEM, DER or JWK, is refused', async () => {
    const jwk = publicHalf(world.key);
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    const secrets = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'pkcs1', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(jwk),
      'n' in jwk ? Buffer.from(jwk.n, 'base64url') : '',
    ];
    for (const secret of secrets) {
      const input = `${encode(world.header({ alg: 'HS256' }))}.${encode(world.claims())}`;
      const mac = createHmac('sha256', secret).update(input).digest('base64url');
      expect(await world.present(`${input}.${mac}`)).toBe('unauthorized');
    }
  });

  it.each([
    ['RS256', 'ES256'],
    ['ES256', 'RS256'],
  ] as const)('J03 a %s key does not verify a token that says %s', async (algorithm, claimed) => {
    const own = await createAuthorizerWorld({ algorithm });
    const other = await keyPair(claimed);
    const header = own.header({ alg: claimed });
    expect(await own.present(own.signed(header, own.claims()))).toBe('unauthorized');
    expect(await own.present(own.signed(header, own.claims(), other))).toBe('unauthorized');
  });

  it.each(['RS384', 'RS512', 'PS256', 'ES256', 'HS256', 'EdDSA', 'rs256'])(
    'J03 alg %s for an RS256 key is refused',
    async (alg) => {
      expect(await world.present(world.signed(world.header({ alg }), world.claims()))).toBe('unauthorized');
    },
  );

  it('J07 a jwk header with the key that signed is refused', async () => {
    const attacker = await keyPair('RS256', 'attacker');
    const jwk = publicHalf(attacker);
    for (const kid of [world.key.kid, attacker.kid]) {
      const token = world.signed(world.header({ kid, jwk }), world.claims(), attacker);
      expect(await world.present(token)).toBe('unauthorized');
    }
    expect(await world.present(world.signed(world.header({ jwk: publicHalf(world.key) }), world.claims()))).toBe(
      'unauthorized',
    );
  });

  it.each(['jku', 'x5u'])('J08 a %s header is refused without asking anybody', async (member) => {
    const connect = vi.spyOn(Socket.prototype, 'connect');
    const fetch = vi.spyOn(globalThis, 'fetch');
    const header = world.header({ [member]: 'https://attacker.example/keys' });
    expect(await world.present(world.signed(header, world.claims()))).toBe('unauthorized');
    expect(connect).not.toHaveBeenCalled();
    expect(fetch).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it.each([
    ['x5c', ['MIIB']],
    ['x5t', 'dGVzdA'],
    ['x5t#S256', 'dGVzdA'],
  ])('J09 a %s header is refused', async (member, value) => {
    expect(await world.present(world.signed(world.header({ [member]: value }), world.claims()))).toBe('unauthorized');
  });

  it.each([
    [{ crit: ['exp'] }],
    [{ crit: ['b64'], b64: false }],
    [{ crit: ['unknown'], unknown: 1 }],
    [{ crit: [] }],
    [{ crit: 'exp' }],
    [{ crit: null }],
  ])('J18 %j is refused', async (members) => {
    expect(await world.present(world.signed(world.header(members), world.claims()))).toBe('unauthorized');
  });

  it.each([
    [{ zip: 'DEF' }],
    [{ b64: true }],
    [{ b64: false }],
    [{ cty: 'JWT' }],
    [{ enc: 'A256GCM' }],
    [{ surprise: 1 }],
  ])('J32 %j is refused', async (members) => {
    expect(await world.present(world.signed(world.header(members), world.claims()))).toBe('unauthorized');
  });

  it('J32 a token inside a token is refused', async () => {
    expect(await world.present(world.signed(world.header({ cty: 'JWT' }), world.token()))).toBe('unauthorized');
    expect(await world.present(world.signed(world.header(), world.token()))).toBe('unauthorized');
  });

  it.each([undefined, 'JWT', 'at+JWT', 'AT+JWT', 'application/at+jwt', 'at+jwt ', '', null, 7, ['at+jwt']])(
    'typ %j is refused',
    async (typ) => {
      expect(await world.present(world.signed(world.header({ typ }), world.claims()))).toBe('unauthorized');
    },
  );

  it.each([undefined, '', null, 7, ['RS256']])('alg %j is refused', async (alg) => {
    expect(await world.present(world.signed(world.header({ alg }), world.claims()))).toBe('unauthorized');
  });

  it.each(['[]', '"at+jwt"', 'null', '1', '{', ''])('a header that is %j is refused', async (header) => {
    expect(await world.present(world.signed(header, world.claims()))).toBe('unauthorized');
  });

  it('a header with a member twice is refused', async () => {
    const { alg, typ, kid } = world.header();
    for (const again of ['"alg":"none"', '"\\u0061lg":"none"', `"kid":"${kid}"`, '"typ":"at+jwt"']) {
      const header = `{"alg":"${alg}","typ":"${typ}","kid":"${kid}",${again}}`;
      expect(await world.present(world.signed(header, world.claims()))).toBe('unauthorized');
    }
  });
});
