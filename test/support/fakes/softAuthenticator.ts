import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { z } from 'zod';
import type { Assertion, Attestation } from '../../../lambdas/contract/webauthn.ts';

const creationOptionsSchema = z.looseObject({
  challenge: z.string(),
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.looseObject({ id: z.string() }),
  excludeCredentials: z.array(z.looseObject({ id: z.string() })),
});

const requestOptionsSchema = z.looseObject({
  challenge: z.string(),
  rpId: z.string(),
  userVerification: z.string(),
  allowCredentials: z.array(z.looseObject({ id: z.string() })).optional(),
});

/** What an attacker's authenticator, or the page around it, gets wrong. */
export interface Lies {
  readonly origin?: string;
  readonly rpId?: string;
  readonly type?: string;
  readonly challenge?: string;
  readonly userVerified?: boolean;
  readonly userPresent?: boolean;
  readonly counter?: number;
  readonly userHandle?: string | null;
  readonly crossOrigin?: unknown;
  readonly topOrigin?: string;
}

/**
 * An authenticator in software (WebAuthn Level 3 §6) with one credential. It signs whatever it is told to, which no
 * browser would let it do.
 */
export function softAuthenticator({ origin, rpId }: { readonly origin: string; readonly rpId: string }) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(16).toString('base64url');
  let counter = 0;
  let userHandle: string | undefined;

  const dataOf = (lies: Lies, count: number, attested: Buffer = Buffer.alloc(0)): Buffer => {
    const flags =
      (lies.userPresent === false ? 0 : 0x01) |
      (lies.userVerified === false ? 0 : 0x04) |
      (attested.length > 0 ? 0x40 : 0);
    const counted = Buffer.alloc(4);
    counted.writeUInt32BE(count);
    return Buffer.concat([sha256(Buffer.from(lies.rpId ?? rpId)), Buffer.of(flags), counted, attested]);
  };
  const clientData = (type: string, challenge: string, lies: Lies): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: lies.type ?? type,
        challenge: lies.challenge ?? challenge,
        origin: lies.origin ?? origin,
        crossOrigin: lies.crossOrigin ?? false,
        topOrigin: lies.topOrigin,
      }),
    );

  return {
    id,
    /** `navigator.credentials.create()`. */
    create(options: unknown, lies: Lies = {}): Attestation {
      const { challenge, user } = creationOptionsSchema.parse(options);
      userHandle = user.id;
      const rawId = Buffer.from(id, 'base64url');
      const length = Buffer.alloc(2);
      length.writeUInt16BE(rawId.length);
      const attested = Buffer.concat([Buffer.alloc(16), length, rawId, coseKey(publicKey)]);
      const clientDataJSON = clientData('webauthn.create', challenge, lies).toString('base64url');
      const attestationObject = noAttestation(dataOf(lies, lies.counter ?? counter, attested)).toString('base64url');
      return {
        id,
        rawId: id,
        type: 'public-key',
        response: { clientDataJSON, attestationObject, transports: ['internal'] },
      };
    },
    /** `navigator.credentials.get()`. */
    get(options: unknown, lies: Lies = {}): Assertion {
      const { challenge } = requestOptionsSchema.parse(options);
      counter = lies.counter ?? counter + 1;
      const data = clientData('webauthn.get', challenge, lies);
      const authenticatorData = dataOf(lies, counter);
      const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(data)]), privateKey);
      return {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: data.toString('base64url'),
          authenticatorData: authenticatorData.toString('base64url'),
          signature: signature.toString('base64url'),
          userHandle: lies.userHandle === undefined ? (userHandle ?? null) : lies.userHandle,
        },
      };
    },
  };
}

function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}

/** COSE_Key of an ES256 key (RFC 9053 §7.1.1): kty 2, alg -7, crv 1, x, y. */
function coseKey(publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const coordinate = (label: number, value: string) =>
    Buffer.concat([Buffer.of(label, 0x58, 0x20), Buffer.from(value, 'base64url')]);
  return Buffer.concat([Buffer.of(0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01), coordinate(0x21, x), coordinate(0x22, y)]);
}

/** An attestation object of format `none`, in CBOR (RFC 8949). */
function noAttestation(authenticatorData: Buffer): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.of(0x60 + value.length), Buffer.from(value)]);
  return Buffer.concat([
    Buffer.of(0xa3),
    text('fmt'),
    text('none'),
    text('attStmt'),
    Buffer.of(0xa0),
    text('authData'),
    Buffer.of(0x59, authenticatorData.length >> 8, authenticatorData.length & 0xff),
    authenticatorData,
  ]);
}
