import { createVerifier } from 'fast-jwt';
import { importJWK, jwtVerify } from 'jose';

/** How these libraries verify a token as their manuals tell, with the key prepared and no cache of verified tokens. */
export async function peerVerifiers({ jwk, pem, algorithm, issuer, audience, now }) {
  const key = await importJWK(jwk, algorithm);
  const clock = { clockTimestamp: now * 1000 };
  const fast = createVerifier({
    key: pem,
    algorithms: [algorithm],
    allowedIss: issuer,
    allowedAud: audience,
    cache: false,
    ...clock,
  });
  const options = { issuer, audience, algorithms: [algorithm], typ: 'at+jwt', currentDate: new Date(now * 1000) };
  return { jose: (token) => jwtVerify(token, key, options), 'fast-jwt': (token) => fast(token) };
}
