import type {
  ActorKind,
  AuditEvent,
  AuditEventDefinition,
  AuditEventType,
  auditEventDefinitions,
} from '../../contract/auditEvents.ts';
import type { RequestSource } from '../common/requestSource.ts';
import type { Operator } from './operator.ts';

type Definitions = typeof auditEventDefinitions;
type IsUnion<T, U = T> = true extends (T extends unknown ? ([U] extends [T] ? false : true) : never) ? true : false;
/** The types of event whose definition says anything of `M`. */
type TypesWith<M extends keyof AuditEventDefinition> = {
  [T in AuditEventType]: Definitions[T] extends Readonly<Record<M, unknown>> ? T : never;
}[AuditEventType];
type ActorKindOf<T extends AuditEventType> = Definitions[T]['by'][number];

/** An actor, as the caller names it. `subject` without an id is the account's own. */
type ActorAs<K extends ActorKind> = K extends 'operator'
  ? Operator
  : K | (K extends 'stranger' ? never : { readonly type: K; readonly id: string });

/** The actor may be left out where only one kind of actor is possible. An operator is always named. */
type By<K extends ActorKind> =
  IsUnion<K> extends true
    ? { readonly by: ActorAs<K> }
    : K extends 'operator'
      ? { readonly by: Operator }
      : { readonly by?: ActorAs<K> };

type Reason<D> = D extends { readonly reason: 'always' }
  ? { readonly reason: string }
  : D extends { readonly reason: 'sometimes' }
    ? { readonly reason?: string | undefined }
    : { readonly reason?: undefined };

interface Circumstances {
  readonly nowMs: number;
  /** Absent where no request caused the event. */
  readonly from?: RequestSource | undefined;
  readonly details?: AuditEvent['details'];
}

type Event<T extends AuditEventType> = Circumstances & { readonly type: T } & Reason<Definitions[T]>;

/** An event of a known account. One of a session or a factor names its id. */
export type AccountEventInput = {
  [T in TypesWith<'ofAccount'>]: Event<T> &
    By<ActorKindOf<T>> &
    (Definitions[T]['ofAccount'] extends 'account' ? { readonly targetId?: undefined } : { readonly targetId: string });
}[TypesWith<'ofAccount'>];

/** An event of no known account, by one kind of actor. It names its target where the type has more than one. */
export type OtherEventInput<K extends ActorKind> = {
  [T in TypesWith<'elsewhere'>]: K extends ActorKindOf<T>
    ? Event<T> & { readonly targetId?: string } & (IsUnion<Definitions[T]['elsewhere'][number]> extends true
          ? { readonly target: Definitions[T]['elsewhere'][number] }
          : { readonly target?: undefined })
    : never;
}[TypesWith<'elsewhere'>];
