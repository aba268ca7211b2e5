import { type AccountDraft, ImportRefusal } from '../../core/moving/draft.ts';

/** What an import does with accounts whose second factors stay behind: they would be left with their password alone. */
export const secondFactorPolicies = ['reject', 'reset', 'drop'] as const;
export type SecondFactorPolicy = (typeof secondFactorPolicies)[number];

/** What an import does with accounts whose password hash is not taken. */
export const unreadableHashPolicies = ['reject', 'reset'] as const;
export type UnreadableHashPolicy = (typeof unreadableHashPolicies)[number];

export interface GuardPolicy {
  /** `reset`: without the password, so that its owner has to prove the address; `drop`: with the password alone. */
  readonly secondFactors: SecondFactorPolicy;
  readonly unreadableHashes: UnreadableHashPolicy;
}

/** Something of an account that is not as its record has it. Its name is a stable word. */
export interface Note {
  readonly note: 'second_factors_left' | 'hash_left' | 'password_added' | 'differs';
  readonly detail: string;
}

/**
 * What guarded an account is taken, or its loss was asked for and is noted.
 *
 * @throws ImportRefusal `has_factors`, or the reason why the hash is not taken.
 */
export function underPolicy(
  draft: AccountDraft,
  policy: GuardPolicy,
): { readonly draft: AccountDraft; readonly notes: readonly Note[] } {
  const notes: Note[] = [];
  let { hash } = draft;
  if (draft.hashRefusal) {
    if (policy.unreadableHashes === 'reject') throw draft.hashRefusal;
    notes.push({ note: 'hash_left', detail: `begins with a reset: ${draft.hashRefusal.message}` });
  }
  const factors = draft.factors ?? [];
  if (factors.length > 0) {
    const kinds = factors.map(printableKind).join(', ');
    if (policy.secondFactors === 'reject') {
      throw new ImportRefusal('has_factors', `second factors do not move (${kinds}): see --second-factors`);
    }
    const resets = policy.secondFactors === 'reset';
    if (resets) hash = undefined;
    notes.push({
      note: 'second_factors_left',
      detail: `${resets ? 'begins with a reset' : 'has its password alone'}, without ${kinds}`,
    });
  }
  return { draft: { ...draft, hash }, notes };
}

function printableKind(kind: string): string {
  return /^[\w .:-]{1,40}$/.test(kind) ? kind : 'of another name';
}
