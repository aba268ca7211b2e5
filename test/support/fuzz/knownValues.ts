import type { RouteId } from '../../../lambdas/contract/routes.ts';
import type { ApiRequest, ApiResponse } from '../../../scripts/local/stack/apiClient.ts';

/** Other names of a member: a value of one may be sent as another. */
const alsoCalled: Readonly<Record<string, readonly string[]>> = {
  session_id: ['sid'],
  email: ['new_email'],
  password: ['current_password', 'new_password'],
};

const kept = 60;

interface Known {
  readonly value: unknown;
  readonly route: RouteId;
}

/**
 * Values that mean something to the running stack (addresses, tokens, ids, whole credentials), by the name of the
 * member that held them, and by the route. A generated request needs them to get past the first check. The newest are
 * kept.
 */
export class KnownValues {
  readonly #byName = new Map<string, Known[]>();
  /** The headers of signed-in browsers' requests. */
  browsers: readonly Readonly<Record<string, string>>[] = [];

  noteRequest(route: RouteId, { json, token }: Pick<ApiRequest, 'json' | 'token'>, parameters: object): void {
    this.#noteMembers(route, json);
    this.#noteMembers(route, parameters);
    if (token !== undefined) this.#add('access_token', { value: token, route });
  }

  noteAnswer(route: RouteId, { headers, text, json }: ApiResponse): void {
    if (text !== '' && /json$/.test(headers['content-type'] ?? '')) this.#noteMembers(route, json());
  }

  /** Those that the route itself has granted, and those of all others. */
  of(name: string, route: RouteId): { readonly own: readonly unknown[]; readonly others: readonly unknown[] } {
    const { true: own = [], false: others = [] } = Object.groupBy(this.#byName.get(name) ?? [], (known) =>
      known.route === route ? 'true' : 'false',
    );
    return { own: own.map(({ value }) => value), others: others.map(({ value }) => value) };
  }

  textsOf(name: string, route: RouteId): { readonly own: readonly string[]; readonly others: readonly string[] } {
    const { own, others } = this.of(name, route);
    const isText = (value: unknown) => typeof value === 'string';
    return { own: own.filter(isText), others: others.filter(isText) };
  }

  #noteMembers(route: RouteId, value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      const names = Array.isArray(value) ? [] : [name, ...(alsoCalled[name] ?? [])];
      for (const called of names) this.#add(called, { value: member, route });
      this.#noteMembers(route, member);
    }
  }

  #add(name: string, known: Known): void {
    const values = this.#byName.get(name) ?? [];
    this.#byName.set(name, [...values, known].slice(-kept));
  }
}
