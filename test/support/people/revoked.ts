import { setTimeout as sleep } from 'node:timers/promises';
import { stack } from '../stack/stack.ts';
import { api } from './api.ts';

/**
 * Waits until no authorizer lets an access token through. Others may lag behind the first that refuses, so a refusal
 * counts once it has held for a second.
 *
 * @throws Error when one still does after the published bound, counted from the call.
 */
export async function waitUntilRefused(token: string): Promise<void> {
  const began = performance.now();
  for (let refusedSince: number | undefined; ; await sleep(100)) {
    const askedAt = performance.now();
    const { status } = await api('/auth/me', { token });
    // On a busy machine an authorizer may not get at its list in time: that says nothing of the token.
    if (status === 503) continue;
    if (status === 401) {
      refusedSince ??= askedAt;
      if (askedAt - refusedSince > 1000) return;
      continue;
    }
    refusedSince = undefined;
    if (askedAt - began > stack().revocation_bound_seconds * 1000) {
      throw new Error(`the access token is answered ${status} after ${Math.round(askedAt - began)} ms`);
    }
  }
}
