/** Whether an RSA public key is fit to verify tokens; the reason when it is not. Numbers are big-endian, unsigned. */
export function rsaWeakness(modulus: Uint8Array, exponent: Uint8Array): string | undefined {
  // RFC 7518 §2: a Base64urlUInt has no leading zero octets.
  if (modulus[0] === 0 || exponent[0] === 0) return 'not canonical';
  const n = toBigInt(modulus);
  const e = toBigInt(exponent);
  const bits = n.toString(2).length;
  if (bits < 2048 || bits > 8192) return `${bits} bits`;
  if (n % 2n === 0n) return 'even modulus';
  if (e < 65_537n || e % 2n === 0n || e > 0xffff_ffffn) return 'exponent';
  return isRocaModulus(n) ? 'ROCA' : undefined;
}

function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

const smallPrimes = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
  127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/**
 * The fingerprint of CVE-2017-15361: primes of the form k·M + 65537^a mod M make the modulus a power of 65537 modulo
 * every small prime. A sound modulus passes for one by chance less than once in 2^100.
 */
function isRocaModulus(n: bigint): boolean {
  return smallPrimes.every((prime) => powersOf65537(prime).has(Number(n % BigInt(prime))));
}

function powersOf65537(prime: number): ReadonlySet<number> {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * 65_537) % prime) powers.add(power);
  return powers;
}
