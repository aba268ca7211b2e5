import { BatchError, decodeBatch, sha256Hex } from './auditChain.ts';
import { outboxKeyOf } from './outboxItem.ts';

/** The end of a chain, as a writer remembers it. */
export interface ChainHead {
  /** 0 before the first batch. */
  readonly seq: number;
  /** SHA-256 of the batch's bytes, hex; null before the first batch. */
  readonly hash: string | null;
  /** Outbox keys of its events. */
  readonly keys: readonly string[];
  /** Whether those keys are known to have left the outbox. Nothing is appended behind a head that is not settled. */
  readonly settled: boolean;
}

export const emptyHead: ChainHead = { seq: 0, hash: null, keys: [], settled: true };

/**
 * The head after a stored batch. A batch that cannot be decoded is for the verifier to report. Object Lock keeps it
 * from being mended or removed, so the chain goes on behind its bytes instead of standing still for the retention
 * period.
 */
export function headOf(seq: number, bytes: Uint8Array): ChainHead {
  return { seq, hash: sha256Hex(bytes), keys: keysOf(bytes), settled: false };
}

function keysOf(bytes: Uint8Array): readonly string[] {
  try {
    return decodeBatch(bytes).events.map(outboxKeyOf);
  } catch (error) {
    if (error instanceof BatchError) return [];
    throw error;
  }
}
