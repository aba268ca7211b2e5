import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { inputOf, type RouteId } from '../../../lambdas/contract/routes.ts';
import type { ApiResponse } from '../../../scripts/local/stack/apiClient.ts';
import { memberNames } from '../../support/fuzz/memberNames.ts';
import { api } from '../../support/people/api.ts';
import { linkPages } from '../../support/people/linkPages.ts';
import { mailedToken, newPerson, register } from '../../support/people/people.ts';
import { stack } from '../../support/stack/stack.ts';

const scripts = [
  '<script>alert(1)</script>',
  '"><svg onload=alert(1)>',
  "' autofocus onfocus='alert(1)",
  '</title><img src=x onerror=alert(1)>',
  '</style><script>alert(1)</script>',
  'javascript:alert(1)',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '<!--><script>alert(1)</script>',
  '\u2028<script>alert(1)</script>',
];
const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** The names a route takes in one part of its request. */
function namesOf(route: RouteId, part: 'query' | 'body'): string[] {
  return memberNames(inputOf(route)[part]);
}

const fieldsOf = (names: readonly string[], value: string) =>
  new URLSearchParams(names.map((name): [string, string] => [name, value])).toString();

/**
 * Whatever a page answers: a document that cannot be framed and runs no script, or a problem that no browser renders.
 */
function expectInert(answer: ApiResponse): void {
  const type = String(answer.headers['content-type']);
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  if (type === 'application/problem+json') return;
  expect(type).toBe('text/html; charset=utf-8');
  const policy = directives(answer);
  expect(policy.get('default-src')).toBe("'none'");
  expect(policy.get('frame-ancestors')).toBe("'none'");
  expect(policy.get('base-uri')).toBe("'none'");
  expect(policy.get('form-action')).toBe("'self'");
  expect(policy.has('script-src')).toBe(false);
  expect([...policy.values()].join(' ')).not.toMatch(/unsafe|\*|data:|https?:/);
  expect(answer.headers['x-frame-options']).toBe('DENY');
  expect(answer.headers['referrer-policy']).toBe('no-referrer');
  expect(answer.headers['cache-control']).toBe('no-store');
  const styles = [...answer.text.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, style = '']) => style);
  const hashes = styles.map((style) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  expect(policy.get('style-src')).toBe(hashes.join(' '));
  expect(answer.text).not.toMatch(/<(script|img|iframe|object|embed|link|base)\b/i);
  expect(tagsOf(answer.text).filter((tag) => /\s(on\w+|style|src|srcdoc)\s*=/i.test(tag))).toEqual([]);
}

function directives({ headers }: ApiResponse): Map<string, string> {
  const entries = String(headers['content-security-policy']).split('; ');
  return new Map(entries.map((entry) => [entry.slice(0, entry.indexOf(' ')), entry.slice(entry.indexOf(' ') + 1)]));
}

/** The tags of a document, with what their attributes hold left out. */
function tagsOf(text: string): string[] {
  return [...text.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replaceAll(/"[^"]*"/g, '""'));
}

it('S05 each page has a form', () => {
  expect(linkPages().length).toBeGreaterThan(0);
  for (const { show, submit } of linkPages()) {
    expect(namesOf(show, 'query')).toContain('token');
    expect(namesOf(submit, 'body')).toContain('token');
  }
});

describe.each(linkPages())('$path', ({ path, show, submit }) => {
  const send = (body: string) => api(path, { method: 'POST', headers: form, body });

  it('S05 is sent with a policy against frames and scripts, whatever it answers', async () => {
    expectInert(await api(path));
    expectInert(await api(`${path}?token=`));
    expectInert(await api(`${path}?token=not-a-token`));
    expectInert(await api(`${path}?token=a&token=b`));
    expectInert(await send(fieldsOf(namesOf(submit, 'body'), 'not a token')));
    expectInert(await send(''));
    expectInert(await send('token=a&token=b'));
  });

  /** Every way to put a text into a request for the page. */
  const requests = (text: string): (() => Promise<ApiResponse>)[] => {
    const names = [...namesOf(show, 'query'), 'state', 'error', 'error_description', 'login_hint', 'ui_locales', text];
    const fields = namesOf(submit, 'body');
    const { origin } = new URL(stack().issuer);
    const headers = { ...form, origin, referer: text.replaceAll(/[^ -~]/g, ''), 'accept-language': 'x-<script>' };
    return [
      () => api(`${path}?${fieldsOf(names, text)}`),
      () => api(`${path}/${encodeURIComponent(text)}`),
      () => send(fieldsOf(fields, text)),
      () => send(fieldsOf([...fields, text], text)),
      () => api(path, { method: 'POST', headers, body: fieldsOf(fields, text) }),
    ];
  };

  it.each(scripts)('S06 shows %s as text, if at all, wherever it is put', async (text) => {
    const plain = requests('plain');
    for (const [index, send] of requests(text).entries()) {
      const answer = await send();
      const expected = await plain[index]?.();
      expectInert(answer);
      expect(answer.status).toBe(expected?.status);
      if (answer.headers['content-type'] === 'text/html; charset=utf-8') {
        expect(tagsOf(answer.text)).toEqual(tagsOf(expected?.text ?? ''));
      }
    }
  });
});

it('S06 an address that holds markup is text wherever it is shown', async () => {
  const email = `a&'onfocus=alert${newPerson().email}`;
  expect((await register(email)).status).toBe(202);
  const token = await mailedToken(email);
  const page = await api(`/auth/link/verify-email?token=${token}`);
  expect(page.status).toBe(200);
  expectInert(page);
  expect(page.text).toContain('a&amp;&#39;onfocus=alert');
});
