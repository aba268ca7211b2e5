import { ImportRefusal, type ReadDraft } from '../../../../lambdas/core/moving/draft.ts';

/** Why a record is refused, or the hash in it. */
export function reasonOf(read: ReadDraft, record: unknown): string {
  try {
    return read(record).hashRefusal?.reason ?? 'read';
  } catch (error) {
    if (error instanceof ImportRefusal) return error.reason;
    throw error;
  }
}
