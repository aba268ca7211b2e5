import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { routes } from '../../../lambdas/contract/routes.ts';
import type { ApiResponse } from '../../../scripts/local/stack/apiClient.ts';
import { api } from './api.ts';
import { waitForMail } from './mails.ts';

const tokensSchema = routes.login.answers()[200];

export interface Person {
  readonly email: string;
  readonly password: string;
}

const clientTokensSchema = z.object({ ...tokensSchema.shape, refresh_token: z.string() });
export type ClientTokens = z.infer<typeof clientTokensSchema>;

export function tokensOf(response: ApiResponse): ClientTokens {
  if (response.status !== 200) throw new Error(`expected tokens, got ${response.status} ${response.text}`);
  return clientTokensSchema.parse(response.json());
}

export function newPerson(): Person {
  return { email: `${randomUUID()}@example.com`, password: `orchard ${randomUUID()}` };
}

export function register(email: string): Promise<ApiResponse> {
  return api('/auth/register', { method: 'POST', json: { email } });
}

/** The token of the nth mail to an address. */
export async function mailedToken(email: string, nth = 1): Promise<string> {
  const { text } = await waitForMail(email, nth);
  const token = /[?&]token=([A-Za-z0-9._~-]+)/.exec(text)?.[1];
  if (token === undefined) throw new Error('the mail holds no token');
  return token;
}

export function verifyEmail(token: string, password: string): Promise<ApiResponse> {
  return api('/auth/verify-email', { method: 'POST', json: { token, password } });
}

/** A person with an account of their own, made as everybody makes one. */
export async function signedUp(): Promise<Person & { readonly tokens: ClientTokens }> {
  const person = newPerson();
  await register(person.email);
  const tokens = tokensOf(await verifyEmail(await mailedToken(person.email), person.password));
  return { ...person, tokens };
}

export async function signIn({ email, password }: Person): Promise<ClientTokens> {
  return tokensOf(await served(() => api('/auth/login', { method: 'POST', json: { email, password } })));
}

/**
 * Comes again when it is asked to, as clients do: on a busy machine a Lambda may not get at its tables in time, and
 * says so.
 */
export async function served(ask: () => Promise<ApiResponse>): Promise<ApiResponse> {
  for (;;) {
    const answer = await ask();
    const seconds = Number(answer.headers['retry-after'] ?? 0);
    if (answer.status !== 503 || seconds === 0) return answer;
    await sleep(seconds * 1000);
  }
}

export function refresh(refreshToken: string): Promise<ApiResponse> {
  return api('/auth/refresh', { method: 'POST', json: { refresh_token: refreshToken } });
}

export const problemOf = (response: ApiResponse) => {
  const { code, status } = z.object({ code: z.string(), status: z.number() }).parse(response.json());
  return { code, status };
};
