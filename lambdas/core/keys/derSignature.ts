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
