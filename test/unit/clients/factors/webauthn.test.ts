import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWebAuthn } from '../../../../lambdas/clients/factors/webauthn.ts';
import { unavailable } from '../../../../lambdas/core/common/errors.ts';
import { attested, certifiedFormats } from '../../../support/fakes/attested.ts';
import { type Lies, softAuthenticator } from '../../../support/fakes/softAuthenticator.ts';

const origin = 'https://auth.example.com';
const webauthn = createWebAuthn({
  issuer: origin,
  allowedOrigins: ['https://app.auth.example.com', 'https://example.com', 'https://evilauth.example.com'],
});
const user = { sub: '0b5e62c4-3a3f-4e4c-9d7c-54f5e4a7a3a1', name: 'ada@example.com' };
const challenge = () => new Uint8Array(randomBytes(32));
const anyChallenge = async () => true;

/** As browsers say it of a page in a frame; and forms that none does. */
const framed: readonly Lies[] = [
  { crossOrigin: true },
  { crossOrigin: true, topOrigin: 'https://evil.example' },
  { topOrigin: 'https://evil.example' },
  { topOrigin: origin },
  { crossOrigin: 'true' },
];

async function enrolled(lies: Lies = {}) {
  const authenticator = softAuthenticator({ origin, rpId: 'auth.example.com' });
  const options = await webauthn.creationOptions({ challenge: challenge(), user, exclude: [] });
  const credential = authenticator.create(options, lies);
  return {
    authenticator,
    options,
    record: await webauthn.verifyAttestation({ credential, knowsChallenge: anyChallenge }),
  };
}

async function signed(lies: Lies, userVerification = true) {
  const { authenticator, record } = await enrolled();
  const options = await webauthn.requestOptions({ challenge: challenge(), allow: [], userVerification: 'required' });
  return webauthn.verifyAssertion({
    credential: authenticator.get(options, lies),
    publicKey: String(record?.publicKey),
    demandOf: async () => ({ userVerification }),
  });
}

describe('a new credential', () => {
  it('is asked for with a handle that names nobody', async () => {
    const { options } = await enrolled();
    expect(options.rp).toEqual({ id: 'auth.example.com', name: 'auth.example.com' });
    expect(Buffer.from(options.user.id, 'base64url').toString()).toBe(user.sub);
    expect(options.attestation).toBe('none');
  });

  it('is recorded', async () => {
    const { authenticator, record } = await enrolled();
    expect(record).toMatchObject({ credentialId: authenticator.id, counter: 0, transports: ['internal'] });
  });

  it.each<Lies>([
    { origin: 'https://evil.example' },
    { origin: 'https://example.com' },
    { origin: 'https://evilauth.example.com' },
    { rpId: 'evil.example' },
    { type: 'webauthn.get' },
    { userPresent: false },
  ])('is refused with %o', async (lies) => {
    expect((await enrolled(lies)).record).toBeUndefined();
  });

  it.each(framed)('L31 in a frame of another origin is refused: %o', async (lies) => {
    expect((await enrolled(lies)).record).toBeUndefined();
  });

  it('may come from an allowed origin below the issuer’s host', async () => {
    expect((await enrolled({ origin: 'https://app.auth.example.com' })).record).toBeDefined();
  });
});

describe('an attestation statement', () => {
  const asked: string[] = [];
  const stranger = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.end();
  });
  let port = 0;

  beforeAll(async () => {
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const address = stranger.address();
    port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  });
  afterAll(() => void stranger.close());

  it.each(certifiedFormats)('of format %s is not read: nobody is asked for its revocation list', async (format) => {
    const options = await webauthn.creationOptions({ challenge: challenge(), user, exclude: [] });
    const authenticator = softAuthenticator({ origin, rpId: 'auth.example.com' });
    const revocationList = `http://127.0.0.1:${port}/${format}`;
    const credential = await attested(authenticator.create(options), { format, revocationList });
    const record = await webauthn.verifyAttestation({ credential, knowsChallenge: anyChallenge });
    expect(asked).toEqual([]);
    expect(record).toMatchObject({ credentialId: authenticator.id });
  });

  it.each(['', 'AAAA', 'oA', '____'])('in what is no attestation object (%j) is refused', async (attestationObject) => {
    const options = await webauthn.creationOptions({ challenge: challenge(), user, exclude: [] });
    const created = softAuthenticator({ origin, rpId: 'auth.example.com' }).create(options);
    const credential = { ...created, response: { ...created.response, attestationObject } };
    expect(await webauthn.verifyAttestation({ credential, knowsChallenge: anyChallenge })).toBeUndefined();
  });
});

describe('a signature', () => {
  it('is taken, with its counter', async () => {
    expect(await signed({})).toEqual({ counter: 1, userVerified: true });
  });

  it.each<Lies>([
    { origin: 'https://evil.example' },
    { rpId: 'evil.example' },
    { type: 'webauthn.create' },
    { userPresent: false },
    { userVerified: false },
  ])('is refused with %o', async (lies) => {
    expect(await signed(lies)).toBeUndefined();
  });

  it.each(framed)('L31 in a frame of another origin is refused: %o', async (lies) => {
    expect(await signed(lies)).toBeUndefined();
  });

  it('without user verification is taken where something else proves the user', async () => {
    expect(await signed({ userVerified: false }, false)).toEqual({ counter: 1, userVerified: false });
  });

  it('of another key is refused', async () => {
    const { record } = await enrolled();
    const { authenticator } = await enrolled();
    const options = await webauthn.requestOptions({ challenge: challenge(), allow: [], userVerification: 'required' });
    const refused = await webauthn.verifyAssertion({
      credential: authenticator.get(options),
      publicKey: String(record?.publicKey),
      demandOf: async () => ({ userVerification: true }),
    });
    expect(refused).toBeUndefined();
  });

  it('for a challenge that is none of ours is refused', async () => {
    const { authenticator, record } = await enrolled();
    const options = await webauthn.requestOptions({ challenge: challenge(), allow: [], userVerification: 'required' });
    const verify = (demandOf: () => Promise<undefined>) =>
      webauthn.verifyAssertion({
        credential: authenticator.get(options),
        publicKey: String(record?.publicKey),
        demandOf,
      });
    expect(await verify(async () => undefined)).toBeUndefined();
    await expect(verify(() => Promise.reject(unavailable('no keys')))).rejects.toMatchObject({ code: 'unavailable' });
  });
});
