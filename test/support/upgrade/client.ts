import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Api, type ApiResponse, createApi } from '../../../scripts/local/stack/apiClient.ts';
import { waitForMail } from '../people/mails.ts';
import { stack } from '../stack/stack.ts';

/**
 * A client as old as the release before. It knows the wire alone and none of this tree's schemas, since it has to get
 * on with both releases.
 */
let api: Api | undefined;

export interface Call {
  readonly method?: string;
  readonly json?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The loopback address that the person comes from. */
  readonly from?: string;
}

export function call(path: string, { from, ...options }: Call = {}): Promise<ApiResponse> {
  api ??= createApi({ apiUrl: stack().api_url, caFile: stack().ca_file });
  return api(path, { ...options, ...(from !== undefined && { localAddress: from }) });
}

export const post = (path: string, json?: unknown, options: Call = {}) =>
  call(path, { method: 'POST', ...(json !== undefined && { json }), ...options });

const refusalSchema = z.looseObject({ code: z.string(), errors: z.array(z.looseObject({ field: z.string() })) });

/**
 * Asks for what a release may let only the account's owner do: with the current password where the answer demands it,
 * and without it where the release knows nothing of it.
 */
export async function postAsOwner(
  { password, tokens }: Member,
  path: string,
  json?: Readonly<Record<string, unknown>>,
): Promise<ApiResponse> {
  const options = { token: tokens.access_token };
  const answer = await post(path, json, options);
  if (answer.status !== 403) return answer;
  const { data: refusal } = refusalSchema.safeParse(answer.json());
  const demanded = refusal?.code === 'step_up_required' && refusal.errors.some(isCurrentPassword);
  return demanded ? post(path, { ...json, current_password: password }, options) : answer;
}

const isCurrentPassword = ({ field }: { readonly field: string }) => field === 'current_password';

const tokensSchema = z.looseObject({
  access_token: z.string(),
  refresh_token: z.string(),
  session_id: z.string(),
  device_token: z.string().optional(),
});
export type Tokens = z.infer<typeof tokensSchema>;

/** @throws Error for any other status */
export function demand(response: ApiResponse, status: number, what: string): ApiResponse {
  if (response.status === status) return response;
  throw new Error(`${what}: ${response.status} ${response.text}`);
}

export const tokensOf = (response: ApiResponse): Tokens => tokensSchema.parse(demand(response, 200, 'tokens').json());

export interface Person {
  readonly email: string;
  readonly password: string;
  readonly from: string;
}
export interface Member extends Person {
  readonly tokens: Tokens;
}

let people = 0;

/** People live at addresses of their own, so that the limits of one do not count for all. */
export function newPerson(): Person {
  people += 1;
  const from = `127.0.${1 + (people >> 8)}.${people & 255}`;
  return { email: `${randomUUID()}@example.com`, password: `orchard ${randomUUID()}`, from };
}

/** The token in the nth mail to an address. */
export async function mailedToken(email: string, nth: number): Promise<string> {
  const { text } = await waitForMail(email, nth);
  const token = /[?&]token=([A-Za-z0-9._~-]+)/.exec(text)?.[1];
  if (token === undefined) throw new Error(`mail ${nth} to ${email} holds no token`);
  return token;
}

export async function newMember(): Promise<Member> {
  const person = newPerson();
  const { email, password, from } = person;
  demand(await post('/auth/register', { email }, { from }), 202, 'register');
  const token = await mailedToken(email, 1);
  return { ...person, tokens: tokensOf(await post('/auth/verify-email', { token, password }, { from })) };
}

export const signIn = ({ email, password, from }: Person, device_token?: string) =>
  post('/auth/login', { email, password, ...(device_token !== undefined && { device_token }) }, { from });

export const refresh = (refresh_token: string) => post('/auth/refresh', { refresh_token });

export const me = (token: string) => call('/auth/me', { token });

/** What a browser keeps of `Set-Cookie`, as the header it sends back. */
export function cookiesOf(response: ApiResponse): string {
  const pairs = (response.headers['set-cookie'] ?? []).map((line) => line.split(';')[0] ?? '');
  return pairs.filter((pair) => !pair.endsWith('=')).join('; ');
}
