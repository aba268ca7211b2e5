/** An erasure that has begun. It is stored until its last step, so that the sweep can go on with it. */
export interface Erasure {
  readonly sub: string;
  /** Who asked for it: the owner, or an operator. */
  readonly actor: { readonly type: 'subject' | 'operator'; readonly id: string };
}
