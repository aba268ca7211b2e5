import { expect, it } from 'vitest';
import { totpCode } from '../../../lambdas/contract/routes/fields.ts';

it.each([
  '123456',
  '123 456',
  ' 123-456\n',
  '123\u00A0456',
  '123\u2013456',
  '123\u2212456',
  '12\u200934\u200956',
  '\u200E123456\u200B',
  '\uFF11\uFF12\uFF13\uFF14\uFF15\uFF16',
  '1 2 3 4 5 6',
])('a code of an authenticator app is read however it is typed: %j', (typed) => {
  expect(totpCode().parse(typed)).toBe('123456');
});

it.each(['', '12345', '1234567', '12345a', '12345\u00BD', '\u2460\u2461', '123456'.padEnd(65)])(
  'is no code of an authenticator app: %j',
  (typed) => {
    expect(totpCode().safeParse(typed).success).toBe(false);
  },
);
