import { setTimeout as sleep } from 'node:timers/promises';
import { generateSync } from 'otplib/functional';
import { z } from 'zod';
import { mfaChallengeSchema } from '../../../lambdas/contract/problemBodies.ts';
import type { Tokens } from '../../../lambdas/contract/routes/tokens.ts';
import { routes } from '../../../lambdas/contract/routes.ts';
import type { ApiResponse } from '../../../scripts/local/stack/apiClient.ts';
import { softAuthenticator } from '../fakes/softAuthenticator.ts';
import { stack } from '../stack/stack.ts';
import { api } from './api.ts';
import { type Person, problemOf } from './people.ts';

const factorsSchema = routes.listFactors.answers()[200];
const recoveryCodesSchema = routes.confirmTotp.answers()[200];
const totpEnrolmentSchema = routes.beginTotp.answers()[201];
const tokensSchema = routes.login.answers()[200];

export const post = (path: string, token?: string, json?: unknown) =>
  api(path, { method: 'POST', ...(token !== undefined && { token }), ...(json !== undefined && { json }) });

const periodSeconds = 30;
/** A request that is sent this long before a step ends arrives within that step. */
const marginSeconds = 4;

export interface AuthenticatorApp {
  readonly id: string;
  readonly recoveryCodes: readonly string[];
  /** A code that was not given before. Three codes are good at one time, so the fourth has to wait. */
  code(): Promise<string>;
}

/** An app that holds a secret (base32). */
export function authenticatorApp(secret: string) {
  let lastStep = 0;
  return {
    async code() {
      const step = Math.max(lastStep + 1, Math.floor((Date.now() / 1000 + marginSeconds) / periodSeconds) - 1);
      lastStep = step;
      while (step > Math.floor(Date.now() / 1000 / periodSeconds) + 1) await sleep(200);
      return generateSync({ secret, epoch: step * periodSeconds });
    },
  };
}

/** Enrols an authenticator app for somebody, in the session of the token. */
export async function enrolTotp({ password }: Person, token: string): Promise<AuthenticatorApp> {
  const begun = await post('/auth/factors/totp', token, { current_password: password });
  if (begun.status !== 201) throw new Error(`no enrolment: ${begun.status} ${begun.text}`);
  const { id, secret } = totpEnrolmentSchema.parse(begun.json());
  const app = authenticatorApp(secret);
  const confirmed = await post('/auth/factors/totp/confirm', token, { id, code: await app.code() });
  if (confirmed.status !== 200) throw new Error(`not enrolled: ${confirmed.status} ${confirmed.text}`);
  return { id, recoveryCodes: recoveryCodesSchema.parse(confirmed.json()).recovery_codes, code: app.code };
}

/** The password half of a sign-in, which has to ask for a second factor. */
export async function beginMfa({ email, password }: Person, device_token?: string): Promise<string> {
  const answer = await post('/auth/login', undefined, { email, password, device_token });
  if (problemOf(answer).code !== 'mfa_required') throw new Error(`no second factor asked for: ${answer.text}`);
  return mfaChallengeSchema.parse(answer.json()).mfa_token;
}

export function accessOf(response: ApiResponse): Tokens {
  if (response.status !== 200) throw new Error(`expected tokens, got ${response.status} ${response.text}`);
  return tokensSchema.parse(response.json());
}

/** The claims of an access token, unverified. */
export function claimsOf({ access_token }: Pick<Tokens, 'access_token'>): Record<string, unknown> {
  return JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString());
}

export const refused = (code: string, status: number) => ({ code, status });
export const factorsOf = async (token: string) => factorsSchema.parse((await api('/auth/factors', { token })).json());
export const withFactor = (mfaToken: string, proof: object) =>
  post('/auth/login/mfa', undefined, { mfa_token: mfaToken, ...proof });
export const newAuthenticator = () => {
  const { origin, hostname } = new URL(stack().issuer);
  return softAuthenticator({ origin, rpId: hostname });
};

export function challengeOf(options: unknown): string {
  return z.object({ challenge: z.string() }).parse(options).challenge;
}
