import type { KeyObject } from 'node:crypto';
import type { SigningAlgorithm } from '../../contract/signingAlgorithms.ts';

/** A private key, prepared once. */
export interface SigningKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly privateKey: KeyObject;
}
