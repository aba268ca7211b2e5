import type { Person } from './account.ts';
import { gatehouse } from './cli.ts';
import { expectAnswer, type Journey, JourneyError, kidOf, me, signIn } from './steps.ts';
import { inSeconds, waitFor } from './wait.ts';

/** Rotates the signing keys; tokens of the key before and of the key after both verify, all along. */
export async function rotateKeys({ api, done }: Journey, person: Person): Promise<void> {
  const { access_token: before } = await signIn(api, person);
  const { afterMs: publishedMs } = await waitFor('The next key has been published long enough', 30, async () => {
    const { code, output } = await gatehouse('keys', 'rotate');
    if (code === 0) return true;
    if (!/published/i.test(output)) throw new JourneyError('gatehouse keys rotate succeeds', output.trim());
    return undefined;
  });
  const { seen: after, afterMs } = await waitFor('A token of the new key is issued', 30, async () => {
    const { access_token: token } = await signIn(api, person);
    return kidOf(token) === kidOf(before) ? undefined : token;
  });
  for (const token of [before, after]) expectAnswer(await me(api, token), 200, 'GET /auth/me');
  const waited = publishedMs > 3000 ? `, after waiting ${inSeconds(publishedMs)} for the next key to be known` : '';
  done('Rotate the signing keys', `in four steps${waited}; new tokens use it after ${inSeconds(afterMs)}; both verify`);
}
