import { wrappedForm } from '../../core/hashes/makeForm.ts';
import type { HashWrapper } from '../../core/hashes/ports.ts';
import { loadArgon2 } from './nativeArgon2.ts';
import { owaspParameters } from './passwordHasher.ts';

/** Puts Argon2id around a digest that is too fast to be kept, so that it can be imported. */
export const wrapFastDigest: HashWrapper = async (inner, hex) => {
  const { hash } = await loadArgon2();
  return wrappedForm(inner, await hash(hex, { ...owaspParameters, algorithm: 2, version: 1 }));
};
