import { expect, it } from 'vitest';
import { requireOwnPage } from '../../../lambdas/http/csrf.ts';

const issuer = 'https://auth.example.com/stage';
const sent = (origin: string | undefined, site: string | undefined) => () => requireOwnPage({ origin, site }, issuer);

it.each([
  ['https://auth.example.com', undefined],
  ['https://auth.example.com', 'same-origin'],
  ['null', 'same-origin'],
  [undefined, 'same-origin'],
])('a form with the origin %s, from %s, is a page’s of ours', (origin, site) => {
  expect(sent(origin, site)).not.toThrow();
});

it.each([
  [undefined, undefined],
  [undefined, 'none'],
  ['null', undefined],
  ['null', 'same-site'],
  ['https://app.example.com', 'same-site'],
  ['https://app.example.com', 'same-origin'],
  ['https://auth.example.com.evil.example', 'cross-site'],
])('a form with the origin %s, from %s, is no page’s of ours', (origin, site) => {
  expect(sent(origin, site)).toThrow(expect.objectContaining({ code: 'csrf' }));
});
