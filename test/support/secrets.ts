import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Api } from '../../scripts/local/apiClient.ts';

/** Members of requests and answers whose values nobody but the two ends may ever see. */
const secretMembers = z
  .object({
    password: z.unknown(),
    token: z.unknown(),
    access_token: z.unknown(),
    refresh_token: z.unknown(),
  })
  .partial();

/** Shorter ones, and addresses, occur by chance or by right. */
const shortest = 12;

const file = () => join(dirname(process.env['GATEHOUSE_STACK_FILE'] ?? ''), 'secrets.jsonl');

/** Writes down every secret that passes, for the search at the end of the suite. */
export function noteSecrets(call: Api): Api {
  return async (path, options = {}) => {
    note(options.json);
    note({ access_token: options.token });
    const response = await call(path, options);
    if (response.text !== '' && response.headers['content-type']?.startsWith('application/json')) note(response.json());
    return response;
  };
}

/** Writes down what passed on another way: through the CLI, or in a process of its own. */
export function noteSecret(secret: string): void {
  note({ password: secret });
}

function note(value: unknown): void {
  const parsed = secretMembers.safeParse(value);
  if (!parsed.success) return;
  const found = Object.values(parsed.data).flatMap((member) => (typeof member === 'string' ? partsOf(member) : []));
  const worth = found.filter((text) => text.length >= shortest && !text.includes('@'));
  if (worth.length > 0) appendFileSync(file(), worth.map((text) => `${JSON.stringify(text)}\n`).join(''));
}

/** A token and what of it is secret by itself: a signature or MAC at its end, and a session secret before that. */
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
