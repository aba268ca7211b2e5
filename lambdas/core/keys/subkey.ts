import { hkdfSync, type KeyObject } from 'node:crypto';

/** A 256-bit key for one use (RFC 5869 §3.2): a text that is made for one use is never valid for another. */
export function subkey(use: string, key: KeyObject): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `gatehouse/v1/${use}`, 32));
}
