import { z } from 'zod';
import type { Person } from './account.ts';
import { gatehouse } from './cli.ts';
import { expectAnswer, type Journey, JourneyError, kidOf, me, signIn, titleOf } from './steps.ts';
import { inSeconds, waitFor } from './wait.ts';

const rotationSchema = z.object({ version: z.string() });

/**
 * Rotates the signing keys. Tokens of the old key and of the new one verify all along.
 *
 * @returns the version of the new key ring.
 */
export async function rotateKeys({ api, done }: Journey, person: Person): Promise<string> {
  const { access_token: before } = await signIn(api, person);
  const { seen: version, afterMs: publishedMs } = await waitFor('The next key is known long enough', 30, async () => {
    const { code, output } = await gatehouse('keys', 'rotate', '--json');
    if (code === 0) return rotationSchema.parse(JSON.parse(output)).version;
    if (!isTooEarly(output)) throw new JourneyError('gatehouse keys rotate succeeds', output.trim());
    return undefined;
  });
  const { seen: after, afterMs } = await waitFor('A token of the new key is issued', 30, async () => {
    const { access_token: token } = await signIn(api, person);
    return kidOf(token) === kidOf(before) ? undefined : token;
  });
  for (const token of [before, after]) expectAnswer(await me(api, token), 200, titleOf('me'));
  const waited = publishedMs > 3000 ? `, after waiting ${inSeconds(publishedMs)} for the next key to be known` : '';
  done('Rotate the signing keys', `in four steps${waited}; new tokens use it after ${inSeconds(afterMs)}; both verify`);
  return version;
}

/** Whether a rotation was refused because verifiers may not know the next key yet, so that it will be accepted soon. */
export function isTooEarly(refusal: string): boolean {
  return refusal.includes('may not sign before');
}
