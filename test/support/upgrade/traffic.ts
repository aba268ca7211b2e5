import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiResponse } from '../../../scripts/local/stack/apiClient.ts';
import { stack } from '../stack/stack.ts';
import { type Browser, signedInBrowser } from './browser.ts';
import { type Member, mailedToken, me, newMember, newPerson, post, refresh, signIn, tokensOf } from './client.ts';

export interface Traffic {
  /** Answers that should have been given, by what was asked. */
  readonly passed: Readonly<Record<string, number>>;
  /** What should have passed and did not, or the other way round. */
  readonly wrong: readonly string[];
}

/** How long a client rests between two rounds. */
const pauseMs = 400;
/** What a busy machine adds to the published bound: the request that finds out is itself under way for a while. */
const allowanceMs = 2000;

/**
 * The emulator ends a Lambda that is at work when its code is replaced; AWS lets it finish. The client begins anew, a
 * refresh with the same token, which is good for ten seconds more.
 */
class CutShort extends Error {}

/**
 * Starts clients that do what clients do, over and over, and hold every answer against what it should be. Each ends
 * after its round when `stop` is called.
 */
export async function startTraffic() {
  const passed: Record<string, number> = {};
  const wrong: string[] = [];
  const ended: { readonly token: string; readonly atMs: number }[] = [];
  const members = await Promise.all(Array.from({ length: 4 }, () => newMember()));
  let stopped = false;

  const count = (what: string) => {
    passed[what] = (passed[what] ?? 0) + 1;
  };
  const expectStatus = async (what: string, status: number, ask: () => Promise<ApiResponse>): Promise<ApiResponse> => {
    let answer = await ask();
    // Asked to repeat the request, a client does.
    for (let again = 1; answer.status === 503 && status !== 503 && again <= 5; again++) {
      count('asked to repeat');
      await sleep(again * 200);
      answer = await ask();
    }
    if (answer.status === 502 && answer.text.includes('Worker process')) throw new CutShort();
    if (answer.status === status) count(what);
    else wrong.push(`${what}: ${answer.status} ${answer.text.slice(0, 300)}`);
    return answer;
  };
  const loop = async (name: string, round: () => Promise<void>) => {
    while (!stopped) {
      await round().catch((error: unknown) => {
        if (error instanceof CutShort) count('cut short by the emulator');
        else wrong.push(`${name}: ${error}`);
      });
      await sleep(pauseMs);
    }
  };

  const refreshing = ({ tokens }: Member) => {
    let current = tokens;
    return async () => {
      current = tokensOf(await expectStatus('refresh', 200, () => refresh(current.refresh_token)));
      await expectStatus('me', 200, () => me(current.access_token));
      // A session may refresh once a second.
      await sleep(1500);
    };
  };
  const signingInAndOut = (member: Member) => async () => {
    const tokens = tokensOf(await expectStatus('sign-in', 200, () => signIn(member, member.tokens.device_token)));
    const token = tokens.access_token;
    await expectStatus('me after sign-in', 200, () => me(token));
    await expectStatus('sign-out', 204, () => post('/auth/logout', undefined, { token }));
    ended.push({ token, atMs: Date.now() });
  };
  const signingOutEverywhere = (member: Member) => async () => {
    const { access_token: token } = tokensOf(
      await expectStatus('sign-in again', 200, () => signIn(member, member.tokens.device_token)),
    );
    await expectStatus('me again', 200, () => me(token));
    await expectStatus('sign-out everywhere', 204, () => post('/auth/logout-everywhere', undefined, { token }));
    ended.push({ token, atMs: Date.now() });
    // A cut of that moment also refuses what is issued within it and the next seconds.
    await sleep(3000);
  };
  const registering = async () => {
    const { email, password, from } = newPerson();
    await expectStatus('register', 202, () => post('/auth/register', { email }, { from }));
    const token = await mailedToken(email, 1);
    await expectStatus('verify', 200, () => post('/auth/verify-email', { token, password }, { from }));
    await sleep(1000);
  };
  const browsing = (browser: Browser) => async () => {
    browser.rememberToken(await expectStatus('token of a browser', 200, () => browser.get('/auth/csrf')));
    await expectStatus('refresh of a browser', 200, () => browser.post('/auth/refresh'));
    browser.rememberToken(await expectStatus('token of a browser', 200, () => browser.get('/auth/csrf')));
    await expectStatus('me of a browser', 200, () => browser.get('/auth/me'));
    await expectStatus('step-up of a browser', 400, () => browser.post('/auth/step-up', {}));
    await sleep(1000);
  };
  const triesWhatEnded = async () => {
    const boundMs = stack().revocation_bound_seconds * 1000 + allowanceMs;
    for (const { token } of ended.filter((one) => Date.now() - one.atMs > boundMs).slice(-5)) {
      await expectStatus('a token of an ended session', 401, () => me(token));
    }
  };

  const [first, second, third, fourth] = members;
  if (!first || !second || !third || !fourth) throw new Error('unreachable: four members');
  const loops = [
    loop('refresh', refreshing(first)),
    loop('refresh', refreshing(second)),
    loop('sign-in', signingInAndOut(third)),
    loop('everywhere', signingOutEverywhere(fourth)),
    loop('register', registering),
    loop('ended', triesWhatEnded),
  ];
  return {
    /**
     * Browsers are there from here on: what a release sets as a cookie, the one before need not read, so that those of
     * a deployment that is rolled back may have to sign in again.
     */
    async browse(): Promise<void> {
      const browsers = await Promise.all(Array.from({ length: 4 }, () => signedInBrowser()));
      loops.push(...browsers.map((browser) => loop('browser', browsing(browser))));
    },
    async stop(): Promise<Traffic> {
      stopped = true;
      await Promise.all(loops);
      return { passed, wrong };
    },
  };
}
