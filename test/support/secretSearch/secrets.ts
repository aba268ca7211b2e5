import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { mfaChallengeSchema } from '../../../lambdas/contract/problemBodies.ts';
import type { Api } from '../../../scripts/local/stack/apiClient.ts';

/**
 * Names of members, parameters and cookies whose values only the two ends may ever see, at any depth. `secret` is
 * TOTP's.
 */
const secretName = /(password|token|secret|recovery_codes?|code|cookie)$|^otpauth_url$|^__(Host|Secure)-/i;

/** A shorter text may occur by chance. */
const shortest = 12;

const file = () => join(dirname(process.env['GATEHOUSE_STACK_FILE'] ?? ''), 'secrets.jsonl');

/** Writes down every secret that passes, for the search at the end of the suite. */
export function noteSecrets(call: Api): Api {
  return async (path, options = {}) => {
    note(options.json);
    note({ access_token: options.token });
    noteParameters(path.split('?')[1]);
    if (typeof options.body === 'string') noteBody(options.body);
    note(cookies(options.headers?.['cookie']));
    const response = await call(path, options);
    note(cookies(response.headers['set-cookie']));
    if (response.text !== '' && response.headers['content-type']?.startsWith('application/json')) note(response.json());
    if (response.status === 403) note(z.partial(mfaChallengeSchema).safeParse(response.json()).data);
    return response;
  };
}

/** Writes down a secret that did not pass through the API: one of the CLI, or of a process of its own. */
export function noteSecret(secret: string): void {
  note({ password: secret });
}

function noteBody(body: string): void {
  try {
    note(JSON.parse(body));
  } catch {
    noteParameters(body);
  }
}

function noteParameters(text = ''): void {
  note(Object.fromEntries(new URLSearchParams(text)));
}

/** Name and value of each cookie in a `Cookie` or the `Set-Cookie` headers. */
function cookies(header: string | readonly string[] | undefined): Record<string, string> {
  const pairs = [header ?? []].flat().flatMap((value) => value.split(/;\s*/).filter((pair) => pair.startsWith('__')));
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

function note(value: unknown): void {
  const worth = secretsIn(value, false)
    .flatMap(partsOf)
    .filter((text) => text.length >= shortest && !text.includes('@'));
  if (worth.length > 0) appendFileSync(file(), worth.map((text) => `${JSON.stringify(text)}\n`).join(''));
}

/** The texts under a secret name, however deep. */
function secretsIn(value: unknown, secret: boolean): string[] {
  if (typeof value === 'string') return secret ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    secretsIn(member, Array.isArray(value) ? secret : secretName.test(name)),
  );
}

/**
 * A token, and the parts of it that are secret by themselves: the signature or MAC at its end, the session secret
 * before.
 */
function partsOf(secret: string): string[] {
  const parts = secret.split('.');
  if (parts.length < 3) return [secret];
  return [secret, ...parts.slice(parts.length === 3 ? -1 : -2)];
}

/** Every secret that was written down, each once. */
export function notedSecrets(): string[] {
  if (!existsSync(file())) return [];
  const lines = readFileSync(file(), 'utf8').split('\n').filter(Boolean);
  return [...new Set(lines.map((line) => z.string().parse(JSON.parse(line))))];
}
