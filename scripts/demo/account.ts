import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { routes } from '../../lambdas/contract/routes.ts';
import {
  call,
  expectAnswer,
  type Journey,
  JourneyError,
  me,
  refresh,
  signIn,
  subjectOf,
  titleOf,
  tokensOf,
} from './steps.ts';
import { inSeconds, waitFor } from './wait.ts';

const profileSchema = routes.me.answers()[200];

export interface Person {
  readonly email: string;
  readonly password: string;
  readonly sub: string;
}

const mailsSchema = z.array(z.object({ text: z.string() }));

/** Registers an address, reads the mail, and turns its token and a password into an account. */
export async function register({ api, stack, done }: Journey): Promise<Person> {
  const person = { email: `demo-${randomUUID().slice(0, 8)}@acme.test`, password: `orchard ${randomUUID()}` };
  const asked = await call(api, 'register', { json: { email: person.email } });
  expectAnswer(asked, 202, titleOf('register'));
  done('Register', `${person.email}: 202, as for a known address`);

  const { seen: token, afterMs } = await waitFor('A mail with a token comes', 20, () =>
    mailedToken(stack.mail_url, person.email),
  );
  done('Read the mail', `it came after ${inSeconds(afterMs)}`);

  const verified = await call(api, 'verifyEmail', { json: { token, password: person.password } });
  const { access_token } = tokensOf(verified, titleOf('verifyEmail'));
  const again = await call(api, 'verifyEmail', { json: { token, password: person.password } });
  expectAnswer(again, 400, 'The same mailed token', 'invalid_token');
  done('Verify the address with a password', 'the account exists from here on; the token works once');
  return { ...person, sub: subjectOf(access_token) };
}

async function mailedToken(mailUrl: string, email: string): Promise<string | undefined> {
  const url = new URL(mailUrl);
  url.searchParams.set('to', email);
  const answer = await fetch(url);
  if (!answer.ok) throw new JourneyError(`${mailUrl} lists the mails`, `the answer was ${await answer.text()}`);
  const mails = mailsSchema.parse(await answer.json());
  return mails.at(-1)?.text.match(/[?&]token=([A-Za-z0-9._~-]+)/)?.[1];
}

/** Signs in, refreshes twice, and replays the first refresh token as a thief would. */
export async function refreshAndReplay({ api, stack, done }: Journey, person: Person): Promise<void> {
  const first = await signIn(api, person);
  const profile = await me(api, first.access_token);
  expectAnswer(profile, 200, titleOf('me'));
  const { email, roles, tenant_id } = profileSchema.parse(profile.json());
  if (email !== person.email) throw new JourneyError(`${titleOf('me')} names ${person.email}`, `it named ${email}`);
  done(`Sign in, ${titleOf('me')}`, `${email}, ${roles.join(' ')} of ${tenant_id}`);

  const second = tokensOf(await refresh(api, first.refresh_token), 'The first refresh');
  const third = tokensOf(await refresh(api, second.refresh_token), 'The second refresh');
  done('Refresh twice', 'each time a new refresh token');

  expectAnswer(await refresh(api, first.refresh_token), 400, 'The first refresh token, replayed', 'invalid_grant');
  expectAnswer(await refresh(api, third.refresh_token), 400, "The owner's newest refresh token", 'invalid_grant');
  const { afterMs } = await refused(api, third.access_token, stack.revocation_bound_seconds);
  done('Replay the first refresh token', `refused; the session is dead, its access token after ${inSeconds(afterMs)}`);
}

/** Signs in and out again. Returns when a request was last sent, in milliseconds, that the access token let through. */
export async function signOut({ api, stack, done }: Journey, person: Person): Promise<number> {
  const { access_token: token } = await signIn(api, person);
  expectAnswer(await me(api, token), 200, titleOf('me'));
  expectAnswer(await call(api, 'logout', { token }), 204, titleOf('logout'));
  const { afterMs, notBeforeMs } = await refused(api, token, stack.revocation_bound_seconds);
  done(
    'Sign in again, sign out',
    `access token refused after ${inSeconds(afterMs)} (bound: ${stack.revocation_bound_seconds} s)`,
  );
  return notBeforeMs;
}

/** How long the API goes on taking a token that was revoked just now. */
function refused(api: Journey['api'], token: string, boundSeconds: number) {
  return waitFor('The access token is refused', boundSeconds, async () => {
    const answer = await me(api, token);
    if (answer.status === 200) return undefined;
    expectAnswer(answer, 401, 'A revoked access token', 'invalid_token');
    return answer;
  });
}
