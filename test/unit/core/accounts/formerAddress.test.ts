import { expect, it } from 'vitest';
import {
  addressOfLink,
  afterUndo,
  type FormerAddress,
  keptAddresses,
} from '../../../../lambdas/core/accounts/formerAddress.ts';

const address = (name: string, expiresAt = 1000): FormerAddress => ({
  email: `${name}@example.com`,
  tokenHash: `hash of ${name}`,
  credentialsChangedAt: 1,
  expiresAt,
});
const linkOf = ({ email, tokenHash }: FormerAddress, now: number) => ({ email, tokenHash: tokenHash ?? '', now });

it('an address is kept until it expires, and not in that second', () => {
  const [gone, kept] = [address('gone', 500), address('kept', 501)];
  expect(keptAddresses([gone, kept], 500)).toEqual([kept]);
});

it('a link is of the address that it was mailed to, and of no other', () => {
  const [one, other] = [address('one'), address('other')];
  expect(addressOfLink([one, other], linkOf(other, 999))).toBe(other);
  expect(addressOfLink([one, other], { ...linkOf(other, 999), email: one.email })).toBeUndefined();
  expect(addressOfLink([one, other], { ...linkOf(other, 999), tokenHash: 'another' })).toBeUndefined();
});

it('a link leads nowhere once its address has expired, or a change before it was undone', () => {
  const one = address('one');
  expect(addressOfLink([one], linkOf(one, 1000))).toBeUndefined();
  expect(addressOfLink([{ ...one, tokenHash: undefined }], linkOf(one, 999))).toBeUndefined();
});

it('an undone change voids the links of later ones, whose addresses stay reserved, and none of earlier ones', () => {
  const [earlier, undone, later] = [address('earlier'), address('undone'), address('later')];
  expect(afterUndo([earlier, undone, later], undone)).toEqual([earlier, { ...later, tokenHash: undefined }]);
});
