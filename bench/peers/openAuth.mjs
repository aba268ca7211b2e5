import { setTimeout as sleep } from 'node:timers/promises';
import { issuer } from '@openauthjs/openauth';
import { fetchListener } from './fetchListener.mjs';

/** OpenAuth, which signs with ES256 alone. It is no longer kept up: a floor, and no rival. */
export async function openAuth({ delayMs, sessions }) {
  const stored = new Map();
  const call = async (answer) => {
    if (delayMs > 0) await sleep(delayMs);
    return answer();
  };
  const nameOf = (key) => key.join('\u001f');
  const storage = {
    get: (key) => call(() => stored.get(nameOf(key))),
    set: (key, value) => call(() => void stored.set(nameOf(key), value)),
    remove: (key) => call(() => void stored.delete(nameOf(key))),
    async *scan(prefix) {
      const found = await call(() => [...stored].filter(([name]) => name.startsWith(`${nameOf(prefix)}\u001f`)));
      for (const [name, value] of found) yield [name.split('\u001f'), value];
    },
  };
  const app = issuer({
    storage,
    providers: {},
    subjects: {},
    allow: async () => true,
    success: async () => new Response(),
  });
  const tokens = Array.from({ length: sessions }, (_, index) => {
    const [subject, token] = [`user:${index}`, crypto.randomUUID()];
    stored.set(nameOf(['oauth:refresh', subject, token]), {
      type: 'user',
      properties: { id: `account-${index}` },
      subject,
      clientID: 'bench',
      ttl: { access: 900, refresh: 604_800 },
      nextToken: crypto.randomUUID(),
    });
    return `${subject}:${token}`;
  });
  return {
    listener: fetchListener((request) => app.fetch(request)),
    path: '/token',
    body: { form: { grant_type: 'refresh_token', client_id: 'bench' } },
    tokens,
  };
}
