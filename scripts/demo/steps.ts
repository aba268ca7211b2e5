import { z } from 'zod';
import { type RouteId, routes } from '../../lambdas/contract/routes.ts';
import type { Api, ApiRequest, ApiResponse } from '../local/stack/apiClient.ts';
import type { StackFile } from '../local/stack/stackFile.ts';

const tokensSchema = routes.login.answers()[200];

/** What the steps of the journey share. */
export interface Journey {
  readonly stack: StackFile;
  readonly api: Api;
  /** Reports a step that went as it should: what was done, and what was seen. */
  readonly done: (title: string, seen: string) => void;
}

export class JourneyError extends Error {
  constructor(expectation: string, seen: string) {
    super(`${expectation}, but ${seen}`);
    this.name = 'JourneyError';
  }
}

/** A route as the report names it. */
export const titleOf = (route: RouteId) => `${routes[route].method} ${routes[route].path}`;

export function call(api: Api, route: RouteId, options: Omit<ApiRequest, 'method'>): Promise<ApiResponse> {
  const { method, path } = routes[route];
  return api(path, { ...options, method });
}

/** @throws JourneyError when the answer has another status, or another problem code. */
export function expectAnswer(response: ApiResponse, status: number, what: string, code?: string): void {
  const seen = `the answer was ${response.status} ${response.text.slice(0, 200)}`;
  if (response.status !== status) throw new JourneyError(`${what} answers ${status}`, seen);
  if (code !== undefined && problem(response) !== code) throw new JourneyError(`${what} answers ${code}`, seen);
}

function problem(response: ApiResponse): string {
  return z.object({ code: z.string() }).parse(response.json()).code;
}

/** The tokens of a client that is no browser. */
const clientTokensSchema = z.object({ ...tokensSchema.shape, refresh_token: z.string() });
export type ClientTokens = z.infer<typeof clientTokensSchema>;

export function tokensOf(response: ApiResponse, what: string): ClientTokens {
  expectAnswer(response, 200, what);
  return clientTokensSchema.parse(response.json());
}

export async function signIn(api: Api, credentials: { email: string; password: string }): Promise<ClientTokens> {
  const { email, password } = credentials;
  return tokensOf(await call(api, 'login', { json: { email, password } }), titleOf('login'));
}

export function me(api: Api, token: string): Promise<ApiResponse> {
  return call(api, 'me', { token });
}

export function refresh(api: Api, refreshToken: string): Promise<ApiResponse> {
  return call(api, 'refresh', { json: { refresh_token: refreshToken } });
}

/** `kid` in the header of a JWS, unverified. */
export function kidOf(token: string): string {
  return z.object({ kid: z.string() }).parse(partOf(token, 0)).kid;
}

/** `sub` in the claims of a JWT, unverified. */
export function subjectOf(token: string): string {
  return z.object({ sub: z.string() }).parse(partOf(token, 1)).sub;
}

function partOf(token: string, part: 0 | 1): unknown {
  return JSON.parse(Buffer.from(token.split('.')[part] ?? '', 'base64url').toString());
}
