import fc from 'fast-check';
import { expect, it } from 'vitest';
import { programName } from '../../../../lambdas/core/mail/programName.ts';

const mozilla = 'Mozilla/5.0';
const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0';

it.each([
  [`${mozilla} (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0`, 'Firefox on Linux'],
  [`${mozilla} (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36`, 'Chrome on Windows'],
  [`${mozilla} (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36 Edg/131.0.0.0`, 'Edge on Windows'],
  [`${mozilla} (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36 OPR/116.0.0.0`, 'Opera on Windows'],
  [`${mozilla} (X11; CrOS x86_64 14541.0.0) ${chrome} Safari/537.36`, 'Chrome on ChromeOS'],
  [`${mozilla} (Linux; Android 10; K) ${chrome} Mobile Safari/537.36`, 'Chrome on Android'],
  [
    `${mozilla} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15`,
    'Safari on macOS',
  ],
  [
    `${mozilla} (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1 Version/18.1 Mobile/15E148 Safari/604.1`,
    'Safari on iOS',
  ],
  [`${mozilla} (iPad; CPU OS 18_1 like Mac OS X) FxiOS/133.0 Safari/605.1.15`, 'Firefox on iPadOS'],
  ['curl/8.5.0', 'curl'],
  ['', 'an unknown program'],
  ['your account is locked: https://evil.example/unlock', 'an unknown program'],
])('%s is called %s', (userAgent, name) => {
  expect(programName(userAgent)).toBe(name);
});

const words = [
  ...'Edge Opera Vivaldi Firefox Chrome Safari curl Samsung Internet'.split(' '),
  ...'Android iPadOS iOS Windows ChromeOS macOS Linux on an unknown program'.split(' '),
];

it('no word of a client’s own is in a name (10,000 user agents)', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('Firefox/1', '(Linux)', 'evil.example'));
  const known = fc.property(fc.array(texts, { maxLength: 4 }), (parts) => {
    const name = programName(parts.join(' '));
    return name.split(' ').every((word) => words.includes(word));
  });
  expect(() => fc.assert(known, { numRuns: 10_000 })).not.toThrow();
});
