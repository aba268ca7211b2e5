import { beforeEach, describe, expect, it } from 'vitest';
import type { Account } from '../../../../lambdas/core/accounts/account.ts';
import { methodsOf } from '../../../../lambdas/core/factors/factor.ts';
import { generatePrivateJwk, publicHalf } from '../../../../lambdas/core/keys/jwk.ts';
import { withDropDates, withKeys } from '../../../../lambdas/core/keys/publishedKeySet.ts';
import type { TransactItem } from '../../../../lambdas/stores/dynamo/transaction.ts';
import { onUnknownForms } from '../../../../lambdas/stores/dynamo/unknownForms.ts';
import { accountFromItem, accountToItem } from '../../../../lambdas/stores/items/accountItems.ts';
import { deviceFromItem, devicePut } from '../../../../lambdas/stores/items/deviceItems.ts';
import {
  emailPut,
  formerAddressesFromItem,
  formerAddressesWrite,
  holderOfEmailItem,
} from '../../../../lambdas/stores/items/emailItems.ts';
import { erasureFromItem, erasurePut } from '../../../../lambdas/stores/items/erasureItems.ts';
import { factorPut, factorSetFromItems } from '../../../../lambdas/stores/items/factorItems.ts';
import { keptLinkOf } from '../../../../lambdas/stores/items/keptLinkItems.ts';
import { grantedTo } from '../../../../lambdas/stores/items/mailedGrantItems.ts';
import { publishedKeysOf, publishedKeysPut } from '../../../../lambdas/stores/items/publishedKeyItems.ts';
import { sessionFromItem, sessionToItem } from '../../../../lambdas/stores/items/sessionItems.ts';
import { suppressionFromItem, suppressionPut } from '../../../../lambdas/stores/items/suppressionItems.ts';
import { enrolmentFromItem, enrolmentToItem } from '../../../../lambdas/stores/items/totpEnrolmentItems.ts';
import { testAccount, testSession } from '../../../support/worlds/world.ts';

const account = testAccount({ roles: ['member', 'admin'], factorMethods: ['totp'] });
const { sub } = account;
const session = testSession(account);
const itemOf = ({ Put }: TransactItem): Record<string, unknown> => Put?.Item ?? expect.fail('it is no put');
const totp = { sub, id: 'app', type: 'totp', name: 'App', createdAt: 1, sealedSecret: 'sealed', lastStep: 1 } as const;
const totpItem = itemOf(factorPut('Factors', totp, 1));
const setItem = { sub, id: 'set', schema_version: 1, revision: 1, recovery_codes: new Set(['hash']) };
const address = { email: 'old@example.com', tokenHash: 'hash', credentialsChangedAt: 1, expiresAt: 2 };
const enrolment = { id: 'id', sid: 'sid', sealedSecret: 'sealed', expiresAt: 1 };
const suppression = { addressHash: 'hash', reason: 'bounce', at: 1 } as const;
const pair = {
  sub,
  device: 'hash',
  secretHash: 'hash',
  credentialsChangedAt: 1,
  knownAt: 1,
  lastUsedAt: 1,
};
function knownOfPublishedKeys(raw: Record<string, unknown>) {
  const { unknownParts: _, ...known } = publishedKeysOf(raw);
  return known;
}
const keySet = {
  keys: [publicHalf(await generatePrivateJwk('ES256'))],
  version: 1,
  firstPublished: {},
  dropAt: {},
  replaced: [],
  settled: undefined,
};
const erasure = { sub, actor: { type: 'subject', id: sub } } as const;

/** Of each kind, the item as this release writes it, how it is read, and as what. */
const items: Readonly<
  Record<string, readonly [Record<string, unknown>, (item: Record<string, unknown>) => unknown, unknown]>
> = {
  account: [accountToItem(account), accountFromItem, account],
  session: [sessionToItem(session), sessionFromItem, session],
  factor: [totpItem, (item) => factorSetFromItems([item, setItem]).factors[0], { ...totp, since: 1 }],
  device: [itemOf(devicePut('Devices', pair)), deviceFromItem, pair],
  'factor set': [setItem, (item) => factorSetFromItems([item]).revision, 1],
  'former addresses': [itemOf(formerAddressesWrite('Accounts', sub, [address])), formerAddressesFromItem, [address]],
  address: [
    { ...emailPut('Accounts', account, 1).Item },
    (item) => holderOfEmailItem(item),
    { sub, credentialsChangedAt: account.credentialsChangedAt, reserved: undefined },
  ],
  'totp-enrolment': [enrolmentToItem(sub, enrolment), enrolmentFromItem, enrolment],
  suppression: [itemOf(suppressionPut('MailSuppressions', suppression)), suppressionFromItem, suppression],
  'published keys': [itemOf(publishedKeysPut('PublishedKeys', keySet, 1)), knownOfPublishedKeys, keySet],
  erasure: [itemOf(erasurePut('Grants', erasure, 0)), erasureFromItem, erasure],
};

let told: string[] = [];
beforeEach(() => {
  told = [];
  return onUnknownForms((forms) => told.push(...forms));
});

describe.each(Object.entries(items))('A18 an item of the kind "%s"', (kind, [item, read, asRead]) => {
  it('of this release is known in all its parts', () => {
    expect(read(item)).toEqual(asRead);
    expect(told).toEqual([]);
  });

  it('with an attribute that only a later release knows is read, and told of', () => {
    expect(read({ ...item, memberships: ['acme'] })).toEqual(asRead);
    expect(told).toEqual([`${kind} memberships`]);
  });

  it('of the next version is read as far as it is known, and told of', () => {
    expect(read({ ...item, schema_version: 2 })).toEqual(asRead);
    expect(told).toEqual([`${kind} schema_version`]);
  });

  it('of the version after the next is not read', () => {
    expect(() => read({ ...item, schema_version: 3 })).toThrow('unavailable');
  });
});

const laterAccount = (change: Record<string, unknown>): Account =>
  accountFromItem({ ...accountToItem(account), ...change });

describe('A18 an account', () => {
  it('whose status only a later release knows is a disabled one', () => {
    expect(laterAccount({ status: 'locked' })).toEqual({ ...account, status: 'disabled' });
    expect(told).toEqual(['account status']);
  });

  it('with a role that only a later release knows has it, and it is told of', () => {
    expect(laterAccount({ roles: ['member', 'curator'] }).roles).toEqual(['member', 'curator']);
    expect(told).toEqual(['account roles']);
  });

  it('whose one kind of second factor only a later release knows has a second factor', () => {
    expect(laterAccount({ factor_methods: ['sms'] }).factorMethods).toEqual(['sms']);
    expect(told).toEqual(['account factor_methods']);
  });
});

describe('A18 a session is over for this release', () => {
  it.each([
    ['status', 'suspended'],
    ['delivery', 'dpop'],
  ])('when only a later one knows its %s', (attribute, value) => {
    expect(sessionFromItem({ ...sessionToItem(session), [attribute]: value })).toMatchObject({ status: 'revoked' });
    expect(told).toEqual([`session ${attribute}`]);
  });
});

it('A18 a factor of a kind that only a later release knows stays a factor of its account', () => {
  const later = { sub, id: 'sms', schema_version: 2, type: 'sms', name: 'Phone', created_at: 2, since: 3, phone: '1' };
  const { factors, recoveryCodes } = factorSetFromItems([totpItem, later, setItem]);
  expect(factors).toEqual([
    { ...totp, since: 1 },
    { sub, id: 'sms', type: 'unknown', kind: 'sms', name: 'Phone', createdAt: 2, since: 3 },
  ]);
  expect(methodsOf(factors)).toEqual(['sms', 'totp']);
  expect(recoveryCodes.size).toBe(1);
  expect(told).toEqual(['factor type']);
});

it('A18 an erasure that an unknown kind of actor has begun goes on', () => {
  const item = itemOf(erasurePut('Grants', erasure, 0));
  expect(erasureFromItem({ ...item, actor: { type: 'policy', id: 'p' } })).toEqual({
    sub,
    actor: { type: 'operator', id: 'p' },
  });
});

it('A18 a suppression for a reason that only a later release knows is one', () => {
  const item = itemOf(suppressionPut('MailSuppressions', suppression));
  expect(suppressionFromItem({ ...item, reason: 'spam-trap' })).toEqual({ ...suppression, reason: 'unknown' });
});

it('A18 a published key of a form that only a later release knows is told of, and written back as it was', () => {
  const unknownKeys = [{ kty: 'OKP', kid: 'later' }];
  const item = itemOf(publishedKeysPut('PublishedKeys', { ...keySet, unknownKeys }, 1));
  expect(publishedKeysOf(item)).toEqual({ ...keySet, unknownKeys });
  expect(told).toEqual(['published keys key']);
});

it('A18 what only a later release knows of the published keys is written back with the next publication', () => {
  const later = { schema_version: 2, thumbprints: { kid: 'x' } };
  const set = publishedKeysOf({ ...itemOf(publishedKeysPut('PublishedKeys', keySet, 1)), ...later });
  const next = withDropDates(withKeys(set, set.keys, 1), {}, 1);
  expect(itemOf(publishedKeysPut('PublishedKeys', next, 1))).toMatchObject({ ...later, version: 3 });
});

it('A18 what only a later release knows of a former address is told of, and written back as it was', () => {
  const later = { undo_by: ['sms'] };
  const item = itemOf(formerAddressesWrite('Accounts', sub, [{ ...address, later }]));
  const read = formerAddressesFromItem(item);
  expect(told).toEqual(['former addresses addresses.undo_by']);
  expect(itemOf(formerAddressesWrite('Accounts', sub, read))).toEqual(item);
});

describe('A18 a mailed link', () => {
  const item = {
    pk: 'reset#sub',
    schema_version: 1,
    token_hash: 'hash',
    nonce: 'nonce',
    kid: 'kid',
    mailed_at: 1,
    expires_at: 2,
    ttl: 2,
  };
  const kept = { tokenHash: 'hash', expiresAt: 2, nonce: 'nonce', kid: 'kid', mailedAt: 1 };

  it.each([
    ['with an attribute that only a later release knows', { channel: 'sms' }, ['mailed link channel']],
    ['of the next version', { schema_version: 2 }, ['mailed link schema_version']],
  ])('%s is read, and told of', (_, change, forms) => {
    expect(keptLinkOf({ ...item, ...change })).toEqual(kept);
    expect(told).toEqual(forms);
    expect(grantedTo({ ...item, ...change }, { tokenHash: 'hash' })).toEqual({ sid: undefined });
    expect(told).toEqual([...forms, ...forms]);
  });

  it('of the version after the next passes nowhere, is told of, and is replaced by the next', () => {
    expect(keptLinkOf({ ...item, schema_version: 3 })).toBeUndefined();
    expect(grantedTo({ ...item, schema_version: 3 }, { tokenHash: 'hash' })).toBeUndefined();
    expect(told).toEqual(['mailed link', 'mailed link']);
  });
});
