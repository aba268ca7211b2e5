import 'reflect-metadata';
import { createHash, type webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import {
  cose,
  decodeAttestationObject,
  decodeCredentialPublicKey,
  isoBase64URL,
  isoCBOR,
  parseAuthenticatorData,
} from '@simplewebauthn/server/helpers';
import type { Attestation } from '../../../lambdas/contract/webauthn.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const hourMs = 3_600_000;

/** The formats whose statements hold certificates (WebAuthn Level 3 §8). */
export const certifiedFormats = ['android-key', 'apple', 'fido-u2f', 'android-safetynet', 'tpm', 'packed'] as const;

/**
 * Gives a credential an attestation statement. Its certificates come from an authority made up for the test and name
 * `revocationList` as the address of their revocation list. The `android-key` statement is otherwise as §8.4 asks.
 */
export async function attested(
  credential: Attestation,
  { format, revocationList }: { readonly format: (typeof certifiedFormats)[number]; readonly revocationList: string },
): Promise<Attestation> {
  const { clientDataJSON, attestationObject } = credential.response;
  const authData = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject)).get('authData');
  const clientDataHash = createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest();
  const x5c = await certificates(await publicKeyOf(authData), { revocationList, clientDataHash });
  const statement = new Map<string, string | number | Uint8Array | Uint8Array[]>([
    ['ver', '2.0'],
    ['alg', -7],
    ['sig', new Uint8Array(70)],
    ['x5c', x5c],
    ['response', new Uint8Array(Buffer.from(signedResponse(x5c)))],
  ]);
  const object = new Map<string, string | Uint8Array | typeof statement>([
    ['fmt', format],
    ['attStmt', statement],
    ['authData', authData],
  ]);
  const response = { ...credential.response, attestationObject: isoBase64URL.fromBuffer(isoCBOR.encode(object)) };
  return { ...credential, response };
}

/** Leaf, with the credential's key, and root. */
async function certificates(
  publicKey: webcrypto.CryptoKey,
  named: { readonly revocationList: string; readonly clientDataHash: Buffer },
): Promise<Uint8Array[]> {
  const validity = { notBefore: new Date(Date.now() - hourMs), notAfter: new Date(Date.now() + hourMs) };
  const revocation = new x509.CRLDistributionPointsExtension([named.revocationList]);
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: 'CN=Made up',
    signingAlgorithm: algorithm,
    keys,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true), revocation],
  });
  const leaf = await x509.X509CertificateGenerator.create({
    ...validity,
    subject: 'C=SE, O=Made up, OU=Authenticator Attestation, CN=Authenticator',
    issuer: root.subject,
    signingKey: keys.privateKey,
    publicKey,
    signingAlgorithm: algorithm,
    extensions: [new x509.BasicConstraintsExtension(false), revocation, keyDescription(named.clientDataHash)],
  });
  return [leaf, root].map(({ rawData }) => new Uint8Array(rawData));
}

/** What the Android key store says of a key: versions and levels, the challenge, and three empty fields. */
function keyDescription(challenge: Buffer): x509.Extension {
  const levels = Buffer.of(0x02, 1, 1, 0x0a, 1, 0, 0x02, 1, 1, 0x0a, 1, 0);
  const fields = Buffer.concat([levels, Buffer.of(0x04, 32), challenge, Buffer.of(0x04, 0, 0x30, 0, 0x30, 0)]);
  const value = new Uint8Array(Buffer.concat([Buffer.of(0x30, fields.length), fields]));
  return new x509.Extension('1.3.6.1.4.1.11129.2.1.17', false, value);
}

/** What SafetyNet answers with: a JWS with its certificates. */
function signedResponse(x5c: readonly Uint8Array[]): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = { alg: 'ES256', x5c: x5c.map((certificate) => Buffer.from(certificate).toString('base64')) };
  return `${part(header)}.${part({ ctsProfileMatch: true, timestampMs: Date.now() })}.${'A'.repeat(86)}`;
}

/** The credential's key, of ES256. */
function publicKeyOf(authData: Uint8Array<ArrayBuffer>): Promise<webcrypto.CryptoKey> {
  const { credentialPublicKey = new Uint8Array() } = parseAuthenticatorData(authData);
  const key = decodeCredentialPublicKey(credentialPublicKey);
  if (!cose.isCOSEPublicKeyEC2(key)) throw new Error('not an elliptic curve’s');
  const [x, y] = [key.get(cose.COSEKEYS.x), key.get(cose.COSEKEYS.y)];
  if (!x || !y) throw new Error('not a point');
  return crypto.subtle.importKey('raw', Buffer.concat([Buffer.of(4), x, y]), algorithm, true, ['verify']);
}
