export type NativeArgon2 = typeof import('@node-rs/argon2');

/**
 * The native hash, which takes longer to load than all else of a sign-in. A Lambda begins to load it once it has
 * started, while it gets its first request; the password of that waits for what is left.
 */
export function loadArgon2(): Promise<NativeArgon2> {
  return import('@node-rs/argon2');
}
