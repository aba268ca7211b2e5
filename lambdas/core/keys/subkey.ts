import { hkdfSync, type KeyObject } from 'node:crypto';

/** A key for one use only, of 256 bits (RFC 5869 §3.2): what is made for one use never serves another. */
export function subkey(use: string, key: KeyObject): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `gatehouse/v1/${use}`, 32));
}
