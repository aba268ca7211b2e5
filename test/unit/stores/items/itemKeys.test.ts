import fc from 'fast-check';
import { expect, it } from 'vitest';
import { limitNames } from '../../../../lambdas/contract/limits.ts';
import { namesOf } from '../../../../lambdas/contract/records.ts';
import { revocationSortKey } from '../../../../lambdas/core/tokens/revocationBuckets.ts';
import { accountKey, emailKey, formerAddressesKey, pendingKey } from '../../../../lambdas/stores/items/accountItems.ts';
import { type GrantKind, grantKey } from '../../../../lambdas/stores/items/grantItems.ts';
import { limitItemKey } from '../../../../lambdas/stores/items/limitItems.ts';

/**
 * Made of separators, and of what could make one kind of item pass for another. Few, so that keys that can collide do.
 */
const separators = fc.array(fc.constantFrom('#', '/', ':', '\u001f', 'a'), { maxLength: 3 });
const words = fc.array(fc.constantFrom('account', 'email', 'former', 'pending', 'sid', 'sub', '#', '0'), {
  maxLength: 4,
});
const id = fc.oneof(separators, words).map((parts) => parts.join(''));
const kind = fc.constantFrom('sid', 'gid', 'jti', 'kid', 'sub', 'client_id', 'tenant_id');

/** A key as it is built, with what it was built of: two that differ must not have one key. */
const built = fc.oneof(
  id.map((sub) => ({ of: ['account', sub], key: accountKey(sub) })),
  id.map((email) => ({ of: ['email', email], key: emailKey(email) })),
  id.map((sub) => ({ of: ['former', sub], key: formerAddressesKey(sub) })),
  id.map((pendingId) => ({ of: ['pending', pendingId], key: pendingKey(pendingId) })),
);
/** All of them: with a kind that is missing here it does not compile. */
const grantKinds = namesOf({
  mfa: true,
  webauthn: true,
  reset: true,
  'email-change': true,
  'totp-enrolment': true,
  erasure: true,
} satisfies Record<GrantKind, true>);
const grant = fc.tuple(fc.constantFrom(...grantKinds), id).map((of) => ({ of, key: grantKey(...of) }));
const limit = fc
  .tuple(fc.constantFrom(...limitNames), id)
  .map(([name, key]) => ({ of: [name, key], key: limitItemKey({ limit: name, key }).key }));
const revocation = fc
  .tuple(fc.integer({ min: 0, max: 3 }), kind, id)
  .map(([ms, of, value]) => ({ of: [`${ms}`, of, value], key: revocationSortKey(ms, { kind: of, value }, 'same') }));

it.each([
  ['the Accounts table', built],
  ['the Grants table', grant],
  ['the Limits table', limit],
  ['the Revocations table', revocation],
] as const)('D01 no two items of %s have one key, whatever their ids hold (10,000 cases)', (_, keys) => {
  fc.assert(
    fc.property(fc.array(keys, { minLength: 2, maxLength: 20 }), (items) => {
      const distinct = new Set(items.map(({ of }) => JSON.stringify(of)));
      expect(new Set(items.map(({ key }) => key)).size).toBe(distinct.size);
    }),
    { numRuns: 10_000 },
  );
});

it('D01 the property finds keys that collide', () => {
  const joined = fc.tuple(id, id).map((of) => ({ of, key: of.join('#') }));
  const collide = fc.property(fc.array(joined, { minLength: 2, maxLength: 20 }), (items) => {
    const distinct = new Set(items.map(({ of }) => JSON.stringify(of)));
    return new Set(items.map(({ key }) => key)).size === distinct.size;
  });
  expect(fc.check(collide, { numRuns: 10_000 }).failed).toBe(true);
});
