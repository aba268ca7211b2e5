import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passwordAuthentication } from '../../../../lambdas/core/sessions/authentication.ts';
import { csrfTokenOf, isCsrfToken } from '../../../../lambdas/core/sessions/csrfToken.ts';
import { beginSession } from '../../../../lambdas/core/sessions/newSession.ts';
import { newSessionSecret } from '../../../../lambdas/core/sessions/refreshToken.ts';
import {
  encodeSessionCookie,
  opensSession,
  parseSessionCookie,
  sessionCookieSecret,
} from '../../../../lambdas/core/sessions/sessionCookie.ts';
import { from, settings, testAccount, testMacKey } from '../../../support/worlds/world.ts';

const begin = () =>
  beginSession({
    account: testAccount({ sessionEpoch: 37 }),
    authentication: passwordAuthentication,
    delivery: 'cookie',
    from,
    now: 1_800_000_000,
    key: testMacKey(),
    settings,
  });

describe('a session cookie', () => {
  const { session, sessionSecret, refreshToken } = begin();
  const secret = sessionCookieSecret(sessionSecret);
  const cookie = { sub: session.sub, sid: session.sid, secret };

  it('says what went into it', () => {
    expect(parseSessionCookie(encodeSessionCookie(cookie))).toEqual(cookie);
    expect(opensSession(cookie, session)).toBe(true);
  });

  it('tells nothing of the refresh token', () => {
    expect(refreshToken).toContain(sessionSecret);
    expect(encodeSessionCookie(cookie)).not.toContain(sessionSecret);
    expect(refreshToken).not.toContain(secret);
    expect(JSON.stringify(session)).not.toContain(secret);
    expect(JSON.stringify(session)).not.toContain(sessionSecret);
  });

  it('opens no other session, nor its own with another secret', () => {
    const other = begin();
    expect(opensSession(cookie, other.session)).toBe(false);
    expect(opensSession(cookie, { ...session, sub: other.session.sub })).toBe(false);
    expect(opensSession(cookie, { ...session, sid: other.session.sid })).toBe(false);
    expect(opensSession(cookie, { ...session, cookieHash: undefined })).toBe(false);
    expect(opensSession({ ...cookie, secret: sessionCookieSecret(newSessionSecret()) }, session)).toBe(false);
  });

  it('of which one character is changed is another or none', () => {
    const text = encodeSessionCookie(cookie);
    const anywhere = fc.nat({ max: text.length - 1 });
    fc.assert(
      fc.property(anywhere, fc.constantFrom(...'aZ0-_.=%" '), (at, character) => {
        fc.pre(text[at] !== character);
        const parsed = parseSessionCookie(text.slice(0, at) + character + text.slice(at + 1));
        expect(parsed !== undefined && opensSession(parsed, session)).toBe(false);
      }),
    );
  });
});

describe('a CSRF token', () => {
  const secret = sessionCookieSecret(newSessionSecret());

  it('is that of its cookie alone', () => {
    const token = csrfTokenOf(secret);
    expect(isCsrfToken(token, secret)).toBe(true);
    expect(isCsrfToken(token, sessionCookieSecret(newSessionSecret()))).toBe(false);
    expect(token).not.toContain(secret);
  });

  it.each(['', ' ', 'null', secret])('is not %j', (text) => {
    expect(isCsrfToken(text, secret)).toBe(false);
    expect(isCsrfToken(csrfTokenOf(secret).slice(0, -1), secret)).toBe(false);
    expect(isCsrfToken(`${csrfTokenOf(secret)}=`, secret)).toBe(false);
  });
});
