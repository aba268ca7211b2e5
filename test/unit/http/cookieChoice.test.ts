import { parseSetCookie } from 'cookie';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chosenByCsrfToken, csrfTokenOf } from '../../../lambdas/core/sessions/csrfToken.ts';
import { newSessionId } from '../../../lambdas/core/sessions/session.ts';
import { encodeSessionCookie } from '../../../lambdas/core/sessions/sessionCookie.ts';
import { readCookies } from '../../../lambdas/http/cookies.ts';
import { clearedCookies, heldSessions, heldSignIns, signInsOf } from '../../../lambdas/http/sessionCookies.ts';
import { testAccount } from '../../support/worlds/world.ts';

const { sub } = testAccount();
const base64url = [...'ABCxyz019-_'];

/** Few seconds and few random parts, so that sign-ins share them. */
const id = fc
  .tuple(
    fc.integer({ min: 1_799_999_998, max: 1_800_000_003 }),
    fc.array(fc.constantFrom(...base64url), { minLength: 6, maxLength: 6 }),
  )
  .map(([second, random]) => second + random.join(''));
const secret = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64url'));
const cookie = fc.record({
  id: fc.option(id, { nil: undefined, freq: 8 }),
  secret,
  kind: fc.constantFrom('good', 'good', 'good', 'malformed', 'misfit', 'doubled'),
});
const others = ['theme=dark', '__Host-gatehouse_device=x', '__Host-gatehouse_session_x=1', '=', 'a', '__proto__=1'];

/** What a browser may hold, and the `Cookie` headers that it may send. */
const browser = fc
  .uniqueArray(cookie, { selector: (held) => held.id, maxLength: 8 })
  .chain((held) => {
    const cookies = held.map(({ id, secret, kind: drawn }) => {
      const kind = drawn === 'misfit' && id === undefined ? 'malformed' : drawn;
      const sid = kind === 'misfit' ? newSessionId(0) : `${id?.slice(10) ?? 'former'}${newSessionId(0).slice(6)}`;
      const name = `__Host-gatehouse_session${id === undefined ? '' : `_${id}`}`;
      const value = kind === 'malformed' ? 'x.y.z' : encodeSessionCookie({ sub, sid, secret });
      return { id, kind, sid, secret, name, value };
    });
    const pairs = cookies.flatMap(({ kind, name, value }) => {
      const pair = `${name}=${value}`;
      return kind === 'doubled' ? [pair, `${pair}x`] : [pair];
    });
    return fc.record({
      cookies: fc.constant(cookies),
      sent: fc.shuffledSubarray([...pairs, ...others], { minLength: pairs.length + others.length }),
      headers: fc.constantFrom(1, 2),
    });
  })
  .map(({ cookies, sent, headers }) => {
    const half = headers === 1 ? sent.length : sent.length >> 1;
    const lines = [sent.slice(0, half), sent.slice(half)].filter((part) => part.length > 0);
    return { cookies, read: readCookies(lines.map((part) => part.join('; '))) };
  });

type Held = Parameters<Parameters<typeof browser.map>[0]>[0]['cookies'];
/** The rule, told the other way round: a good cookie counts unless four other good ones have a later name. */
const counts = (cookies: Held) =>
  cookies.filter((one) => {
    const good = cookies.filter(({ kind }) => kind === 'good');
    const before = good.filter(({ id }) => id !== undefined && (one.id === undefined || id > one.id));
    return good.includes(one) && before.length < 4;
  });

describe('L30 whatever cookies a browser sends, in whatever order,', () => {
  it('the newest that say something count, four at most, and the one without an id last', () => {
    fc.assert(
      fc.property(browser, ({ cookies, read }) => {
        const held = heldSessions(read).map(encodeSessionCookie);
        expect(held.toSorted()).toEqual(
          counts(cookies)
            .map(({ value }) => value)
            .toSorted(),
        );
        const ids = held.map((text) => cookies.find(({ value, kind }) => value === text && kind === 'good')?.id);
        const good = ids.filter((one) => one !== undefined);
        expect(good).toEqual(good.toSorted().toReversed());
      }),
    );
  });

  it('a CSRF token chooses its own cookie if that counts, and otherwise none', () => {
    fc.assert(
      fc.property(browser, ({ cookies, read }) => {
        const parsed = heldSessions(read);
        for (const one of cookies) {
          const counted = one.kind === 'good' && counts(cookies).includes(one);
          const chosen = chosenByCsrfToken(parsed, csrfTokenOf(one.secret));
          expect(chosen?.secret).toBe(counted ? one.secret : undefined);
        }
        expect(chosenByCsrfToken(parsed, undefined)).toBeUndefined();
        expect(chosenByCsrfToken(parsed, csrfTokenOf('of nobody'))).toBeUndefined();
      }),
    );
  });

  it('what is cleared of a session is its own', () => {
    fc.assert(
      fc.property(browser, ({ cookies, read }) => {
        for (const { sid, name, kind } of cookies) {
          const cleared = clearedCookies(signInsOf(sid, read)).map((text) => parseSetCookie(text).name);
          expect(cleared.filter((one) => one.includes('session'))).toEqual(kind === 'good' ? [name] : []);
        }
      }),
    );
  });

  it('a sign-in knows of each that came', () => {
    fc.assert(
      fc.property(browser, ({ cookies, read }) => {
        const cleared = clearedCookies(heldSignIns(read)).map((text) => parseSetCookie(text).name);
        expect(cleared).toEqual(expect.arrayContaining(cookies.map(({ name }) => name)));
      }),
    );
  });
});
