/**
 * An attestation object without its statement (WebAuthn Level 3 §8.7), to be verified in place of the one that was
 * sent. No decision here depends on who made an authenticator. A statement comes from a stranger, and to verify its
 * certificates would be to fetch revocation lists from addresses that the stranger chose.
 *
 * @param attestationObject base64url
 * @throws Error when it is no CBOR map.
 */
export async function withoutStatement(attestationObject: string): Promise<string> {
  const { decodeAttestationObject, isoBase64URL, isoCBOR } = await import('@simplewebauthn/server/helpers');
  const authData = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject)).get('authData');
  const object = isoCBOR.encode(
    new Map<string, string | Uint8Array | Map<string, string>>([
      ['fmt', 'none'],
      ['attStmt', new Map<string, string>()],
      ['authData', authData],
    ]),
  );
  return isoBase64URL.fromBuffer(object);
}
