const half = 32;
const integer = 0x02;
const sequence = 0x30;

/**
 * An ES256 signature, `r || s` (RFC 7518 §3.4), as OpenSSL takes it: the DER of `SEQUENCE { r INTEGER, s INTEGER }`,
 * each of them as short as it can be. A value of no use, as 0, stays one: the verification refuses it.
 *
 * @param signature 64 octets; with any other number the result is no signature.
 */
export function derSignature(signature: Uint8Array): Uint8Array {
  const der = Buffer.allocUnsafe(2 + 2 * (3 + half));
  const end = writeInteger(der, writeInteger(der, 2, signature, 0), signature, half);
  der[0] = sequence;
  der[1] = end - 2;
  return der.subarray(0, end);
}

/** Writes the integer that begins at `from`, and returns where it ends. */
function writeInteger(der: Uint8Array, at: number, signature: Uint8Array, from: number): number {
  const last = from + half - 1;
  let first = from;
  while (first < last && signature[first] === 0) first += 1;
  // A first bit of 1 would make it negative.
  const isNegative = (signature[first] ?? 0) >= 0x80;
  const start = at + (isNegative ? 3 : 2);
  der[at] = integer;
  der[at + 1] = last - first + (isNegative ? 2 : 1);
  if (isNegative) der[at + 2] = 0;
  for (let index = first; index <= last; index += 1) der[start + index - first] = signature[index] ?? 0;
  return start + last - first + 1;
}

/**
 * The other way: `r || s` of the DER that OpenSSL makes.
 *
 * @param der of a signature that was just made with a P-256 key; of anything else the result is no signature.
 */
export function joseSignature(der: Uint8Array): Buffer {
  const signature = Buffer.alloc(2 * half);
  const s = readInteger(der, 2, signature, half);
  readInteger(der, s, signature, 2 * half);
  return signature;
}

/** Copies the integer at `at` so that it ends at `end`, and returns where the next begins. */
function readInteger(der: Uint8Array, at: number, signature: Buffer, end: number): number {
  const next = at + 2 + (der[at + 1] ?? 0);
  // A zero in front keeps it positive, and has no place in 32 octets.
  const first = Math.max(at + 2, next - half);
  signature.set(der.subarray(first, next), end - (next - first));
  return next;
}
