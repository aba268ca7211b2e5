import { hash } from '@node-rs/argon2';
import { wrappedForm } from '../../core/hashes/makeForm.ts';
import type { HashWrapper } from '../../core/hashes/ports.ts';
import { owaspParameters } from './passwordHasher.ts';

/** Puts Argon2id around a digest that is too fast to be kept, so that it can be imported. */
export const wrapFastDigest: HashWrapper = async (inner, hex) =>
  wrappedForm(inner, await hash(hex, { ...owaspParameters, algorithm: 2, version: 1 }));
