import { hash } from '@node-rs/argon2';
import type { FastDigest } from '../../core/hashes/foreignHash.ts';
import { wrappedForm } from '../../core/hashes/hashForms.ts';
import { owaspParameters } from './passwordHasher.ts';

/** Puts Argon2id around a digest that is too fast to be kept, so that it can be imported. */
export async function wrapFastDigest(inner: FastDigest, hex: string): Promise<string> {
  return wrappedForm(inner, await hash(hex, { ...owaspParameters, algorithm: 2, version: 1 }));
}
