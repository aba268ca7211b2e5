import { z } from 'zod';
import type { ApiResponse } from '../../../scripts/local/stack/apiClient.ts';
import { stack } from '../stack/stack.ts';
import { type Call, call, demand, newMember, post } from './client.ts';

const csrfSchema = z.looseObject({ csrf_token: z.string() });

/** A browser that is signed in: it keeps what it is told to, and sends all of it with each request. */
export interface Browser {
  get(path: string): Promise<ApiResponse>;
  /** With the token against forged requests that it was given last. */
  post(path: string, json?: object): Promise<ApiResponse>;
  /** @throws Error when the answer holds no token */
  rememberToken(answer: ApiResponse): void;
}

/** Signs somebody in whose session is in cookies, by an app on the issuer's own origin. */
export async function signedInBrowser(): Promise<Browser> {
  const { email, password, from } = await newMember();
  const jar = new Map<string, string>();
  let token = '';
  const keep = (answer: ApiResponse) => {
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/;\s*Max-Age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };
  const request = (headers: Readonly<Record<string, string>> = {}): Call => ({
    from,
    headers: {
      origin: new URL(stack().issuer).origin,
      ...(jar.size > 0 && { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') }),
      ...headers,
    },
  });
  demand(keep(await post('/auth/login', { email, password }, request())), 200, 'sign-in of a browser');
  return {
    get: async (path) => keep(await call(path, request())),
    post: async (path, json) => keep(await post(path, json, request({ 'x-csrf-token': token }))),
    rememberToken: (answer) => {
      token = csrfSchema.parse(answer.json()).csrf_token;
    },
  };
}
