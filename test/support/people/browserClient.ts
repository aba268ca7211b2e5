import { parseSetCookie, type SetCookie, stringifyCookie } from 'cookie';
import { z } from 'zod';
import { routes } from '../../../lambdas/contract/routes.ts';
import type { ApiRequest, ApiResponse } from '../../../scripts/local/stack/apiClient.ts';
import { stack } from '../stack/stack.ts';
import { api } from './api.ts';
import type { Person } from './people.ts';

const csrfSchema = routes.csrf.answers()[200];

/** The part of a browser that the API sees: an origin, and a cookie jar that obeys `Set-Cookie`. */
export interface BrowserClient {
  readonly cookies: Map<string, string>;
  /** The value of the cookie of that kind. */
  held(kind: 'session' | 'refresh' | 'device'): string | undefined;
  /** `origin: null` leaves the header out. */
  call(path: string, options?: ApiRequest & { readonly origin?: string | null }): Promise<ApiResponse>;
  signIn(person: Person): Promise<ApiResponse>;
  /** The token of `GET /auth/csrf` as the header that carries it. */
  csrf(): Promise<{ readonly 'x-csrf-token': string }>;
  /** `POST` with the CSRF token. */
  post(path: string, options?: ApiRequest): Promise<ApiResponse>;
}

export function newBrowser(held: Iterable<readonly [string, string]> = []): BrowserClient {
  const cookies = new Map(held);
  const ownOrigin = new URL(stack().issuer).origin;
  const browser: BrowserClient = {
    cookies,
    held: (kind) => [...cookies].find(([name]) => name.startsWith(`__Host-gatehouse_${kind}`))?.[1],
    async call(path, { origin = ownOrigin, ...options } = {}) {
      const headers = {
        ...(cookies.size > 0 && { cookie: stringifyCookie(Object.fromEntries(cookies)) }),
        ...(origin !== null && { origin }),
        ...options.headers,
      };
      const response = await api(path, { ...options, headers });
      for (const { name, value, maxAge } of setCookiesOf(response)) {
        if (maxAge === 0) cookies.delete(name);
        else cookies.set(name, String(value));
      }
      return response;
    },
    signIn: ({ email, password }) => browser.call('/auth/login', { method: 'POST', json: { email, password } }),
    async csrf() {
      return { 'x-csrf-token': csrfSchema.parse((await browser.call('/auth/csrf')).json()).csrf_token };
    },
    post: async (path, options = {}) =>
      browser.call(path, { method: 'POST', ...options, headers: { ...(await browser.csrf()), ...options.headers } }),
  };
  return browser;
}

export function setCookiesOf(response: ApiResponse): readonly SetCookie[] {
  return z
    .array(z.string())
    .parse(response.headers['set-cookie'] ?? [])
    .map((text) => parseSetCookie(text));
}
