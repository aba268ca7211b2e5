import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type AuthorizerWorld,
  createAuthorizerWorld,
  encode,
  signParts,
} from '../../../support/worlds/authorizerWorld.ts';

vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

describe('the encoding of an access token', () => {
  let world: AuthorizerWorld;
  let ecWorld: AuthorizerWorld;
  beforeAll(async () => {
    world = await createAuthorizerWorld();
    ecWorld = await createAuthorizerWorld({ algorithm: 'ES256' });
  });

  const parts = (token: string): [string, string, string] => {
    const [header = '', payload = '', signature = ''] = token.split('.');
    return [header, payload, signature];
  };

  it('ES256 is let through as it is issued', async () => {
    expect(await ecWorld.present(ecWorld.token())).toMatchObject({ acr: 'aal1' });
  });

  it('J19 r and s of 0, 1, n-1 or n verify nothing', async () => {
    const [header, payload] = parts(ecWorld.token());
    const grid = [0n, 1n, order - 1n, order, (1n << 256n) - 1n];
    for (const r of grid) {
      for (const s of grid) {
        const token = `${header}.${payload}.${encode(numbers(r, s))}`;
        expect(await ecWorld.present(token)).toBe('unauthorized');
      }
    }
  });

  it('J19 a signature that is too short, too long, or DER is refused', async () => {
    const [header, payload, signature] = parts(ecWorld.token());
    const bytes = Buffer.from(signature, 'base64url');
    const integer = (half: Buffer) => Buffer.concat([Buffer.from([2, 33, 0]), half]);
    const sequence = Buffer.concat([integer(bytes.subarray(0, 32)), integer(bytes.subarray(32))]);
    const der = Buffer.concat([Buffer.from([0x30, sequence.length]), sequence]);
    const zero = Buffer.alloc(1);
    for (const wrong of [bytes.subarray(1), Buffer.concat([bytes, zero]), Buffer.concat([zero, bytes]), der]) {
      expect(await ecWorld.present(`${header}.${payload}.${encode(wrong)}`)).toBe('unauthorized');
    }
  });

  it('J21 a revoked jti stays refused when the signature is changed to (r, n-s)', async () => {
    const own = await createAuthorizerWorld({ algorithm: 'ES256' });
    const [header, payload, signature] = parts(own.token({ jti: 'revoked-jti' }));
    const bytes = Buffer.from(signature, 'base64url');
    const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
    const r = BigInt(`0x${bytes.subarray(0, 32).toString('hex')}`);
    const malleated = `${header}.${payload}.${encode(numbers(r, order - s))}`;
    expect(await own.present(malleated)).toMatchObject({ jti: 'revoked-jti' });
    own.revoke({ kind: 'jti', value: 'revoked-jti' });
    own.advance(5);
    expect(await own.present(malleated)).toBe('unauthorized');
    expect(await own.present(`${header}.${payload}.${signature}`)).toBe('unauthorized');
  });

  it('J22 a character in any part that the decoder would take for another is refused', async () => {
    const token = world.token();
    for (const part of parts(token)) {
      const at = token.indexOf(part) + 1;
      const other = String.fromCharCode(token.charCodeAt(at) + 0x100);
      expect(await world.present(token.slice(0, at) + other + token.slice(at + 1))).toBe('unauthorized');
    }
  });

  it.each(['=', '==', ' ', '\n', '\r\n', '\t', '+', '/', '%3D', '\0', '.'])(
    'J22 %j in any part is refused',
    async (extra) => {
      const [header, payload, signature] = parts(world.token());
      for (const position of [0, 1, 2]) {
        const changed = [header, payload, signature];
        changed[position] += extra;
        expect(await world.present(changed.join('.'))).toBe('unauthorized');
        // Also where the sender signs the changed text itself.
        const [h = '', p = ''] = changed;
        if (position < 2) expect(await world.present(signParts(h, p, world.key))).toBe('unauthorized');
      }
    },
  );

  it('J22 a part with bits that mean nothing is refused', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const stray = (text: string) => text.slice(0, -1) + alphabet[alphabet.indexOf(text.slice(-1)) ^ 1];
    // White space at the end, until the last character has bits to spare.
    const padded = (value: unknown): string => {
      const text = JSON.stringify(value);
      return encode(text.length % 3 === 0 ? `${text} ` : text);
    };
    const [header, payload] = [padded(world.header()), padded(world.claims())];
    const token = signParts(header, payload, world.key);
    expect(await world.present(token)).toMatchObject({ acr: 'aal1' });
    expect(await world.present(signParts(stray(header), payload, world.key))).toBe('unauthorized');
    expect(await world.present(signParts(header, stray(payload), world.key))).toBe('unauthorized');
    expect(await world.present(stray(token))).toBe('unauthorized');
  });

  it.each([
    ['', 'nothing'],
    ['null', 'null'],
    ['a', 'one part'],
    ['a.b', 'two parts'],
    ['..', 'empty parts'],
    ['...', 'four empty parts'],
    ['a.b.c.d', 'four parts'],
    ['a.b.c.d.e', 'five parts, as a JWE has'],
    ['{"payload":"e30","signatures":[]}', 'JSON serialization'],
  ])('J23 %j (%s) is refused', async (text) => {
    expect(await world.present(text)).toBe('unauthorized');
  });

  it('J23 a good token in another serialization is refused', async () => {
    const token = world.token();
    const [header, payload, signature] = parts(token);
    const json = JSON.stringify({ payload, signatures: [{ protected: header, signature }] });
    const flattened = JSON.stringify({ payload, protected: header, signature });
    for (const text of [
      `${token}.`,
      `${token}.x`,
      `.${token}`,
      `${header}.${payload}`,
      json,
      flattened,
      `${token},${token}`,
    ]) {
      expect(await world.present(text)).toBe('unauthorized');
    }
  });

  it('J24 a token over 8 KiB is refused before it is parsed', async () => {
    const oversized = world.token({ scope: 'a'.repeat(6_500) });
    expect(oversized.length).toBeGreaterThan(8192);
    const parse = vi.spyOn(JSON, 'parse');
    const started = process.cpuUsage();
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.present(oversized)));
    const { user, system } = process.cpuUsage(started);
    expect(new Set(answers)).toEqual(new Set(['unauthorized']));
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
    expect((user + system) / 1000 / 20).toBeLessThan(5);
    expect(await world.present(world.token({ scope: 'a'.repeat(4_000) }))).toMatchObject({ acr: 'aal1' });
  });

  it.each([
    ['a byte that never occurs', [0xff]],
    ['an overlong form', [0xc0, 0xaf]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['a cut sequence', [0xe2, 0x82]],
    ['a code point beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
  ])('J26 %s is refused in every part', async (_, bytes) => {
    const spoil = (value: object) => {
      const text = Buffer.from(JSON.stringify(value));
      return Buffer.concat([text.subarray(0, 2), Buffer.from(bytes), text.subarray(2)]);
    };
    expect(await world.present(world.signed(spoil(world.header()), world.claims()))).toBe('unauthorized');
    const payload = Buffer.concat([
      Buffer.from(`{"x":"`),
      Buffer.from(bytes),
      Buffer.from(`",${JSON.stringify(world.claims()).slice(1)}`),
    ]);
    expect(await world.present(world.signed(world.header(), payload))).toBe('unauthorized');
  });

  it('J26 text that is not plain UTF-8 is refused', async () => {
    const bom = Buffer.from([0xef, 0xbb, 0xbf]);
    const header = JSON.stringify(world.header());
    const claims = JSON.stringify(world.claims());
    const withMark = (text: string) => Buffer.concat([bom, Buffer.from(text)]);
    expect(await world.present(world.signed(withMark(header), claims))).toBe('unauthorized');
    expect(await world.present(world.signed(header, withMark(claims)))).toBe('unauthorized');
    expect(await world.present(world.signed(header, Buffer.from(claims, 'utf16le')))).toBe('unauthorized');
    for (const lone of ['\\ud800', '\\udc00', '\\uDBFFx']) {
      const payload = `{"x":"${lone}",${claims.slice(1)}`;
      expect(await world.present(world.signed(world.header(), payload))).toBe('unauthorized');
      expect(await world.present(world.signed(world.header(), `{"${lone}":1,${claims.slice(1)}`))).toBe('unauthorized');
    }
  });

  it('any one character changed makes a token refused', async () => {
    const token = ecWorld.token();
    const characters = fc.constantFrom(...'ABCZabcz0189-_=+/. \n"{}é\u0000');
    const refusesChange = fc.asyncProperty(fc.nat(token.length - 1), characters, async (at, character) => {
      const changed = token.slice(0, at) + character + token.slice(at + 1);
      if (changed !== token) expect(await ecWorld.present(changed)).toBe('unauthorized');
    });
    await fc.assert(refusesChange, { numRuns: 500 });
  });

  it('whatever text is presented, the answer is a refusal', async () => {
    const refuses = fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (text) => {
      expect(await world.present(text)).toBe('unauthorized');
    });
    await fc.assert(refuses, { numRuns: 300 });
  });
});

function numbers(r: bigint, s: bigint): Buffer {
  return Buffer.from([r, s].map((number) => number.toString(16).padStart(64, '0')).join(''), 'hex');
}
