import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createAddressRule } from '../../../../lambdas/core/outbound/networkAddress.ts';

const isAllowed = createAddressRule();

it.each(['1.1.1.1', '93.184.216.34', '100.63.255.255', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::200e'])(
  'lets %s through',
  (ip) => {
    expect(isAllowed(ip)).toBe(true);
  },
);

it.each([
  ['this network', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['loopback', '127.0.0.1'],
  ['loopback', '127.255.255.254'],
  ['private use', '10.0.0.1'],
  ['private use', '172.16.0.1'],
  ['private use', '172.31.255.255'],
  ['private use', '192.168.1.1'],
  ['shared address space', '100.64.0.1'],
  ['link-local: instance metadata', '169.254.169.254'],
  ['link-local: container credentials', '169.254.170.2'],
  ['protocol assignments', '192.0.0.192'],
  ['documentation', '192.0.2.1'],
  ['6to4 relay', '192.88.99.1'],
  ['benchmarking', '198.18.0.1'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['unspecified', '::'],
  ['loopback', '::1'],
  ['IPv4-mapped, private', '::ffff:169.254.169.254'],
  ['IPv4-mapped, hexadecimal', '::ffff:a9fe:a9fe'],
  ['IPv4-mapped, public', '::ffff:1.1.1.1'],
  ['IPv4-compatible', '::169.254.169.254'],
  ['IPv4-translated', '::ffff:0:169.254.169.254'],
  ['NAT64', '64:ff9b::169.254.169.254'],
  ['NAT64, local use', '64:ff9b:1::a9fe:a9fe'],
  ['6to4', '2002:a9fe:a9fe::1'],
  ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  ['unique local: instance metadata', 'fd00:ec2::254'],
  ['link-local', 'fe80::1'],
  ['site-local', 'fec0::1'],
  ['multicast', 'ff02::1'],
  ['discard', '100::1'],
  ['documentation', '2001:db8::1'],
  ['documentation', '3fff::1'],
  ['segment routing', '5f00::1'],
  ['not assigned', '4000::1'],
])('X01 holds back %s %s', (_, ip) => {
  expect(isAllowed(ip)).toBe(false);
});

it.each([
  '',
  'localhost',
  '2852039166',
  '0251.0376.0251.0376',
  '0xa9fea9fe',
  '1.1.1',
  '1.1.1.1 ',
  '2606:4700::1%lo',
  '[::1]',
])('X01 holds back %j, which is no address in its plain form', (text) => {
  expect(isAllowed(text)).toBe(false);
});

it('X01 holds back every special IPv4 address, in whatever IPv6 form', () => {
  const special = fc.oneof(
    fc.tuple(fc.constantFrom(0, 10, 127), fc.nat(255), fc.nat(255), fc.nat(255)),
    fc.tuple(fc.constant(169), fc.constant(254), fc.nat(255), fc.nat(255)),
    fc.tuple(fc.constant(192), fc.constant(168), fc.nat(255), fc.nat(255)),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), fc.nat(255), fc.nat(255)),
  );
  const carriers = ['', '::ffff:', '::', '::ffff:0:', '64:ff9b::', '64:ff9b:1::'];
  fc.assert(
    fc.property(special, fc.constantFrom(...carriers), (octets, carrier) => {
      expect(isAllowed(`${carrier}${octets.join('.')}`)).toBe(false);
    }),
  );
});

it('lets through the networks that are named', () => {
  const named = createAddressRule(['10.20.0.0/16', 'fd12:3456::/32']);
  expect(['10.20.1.1', 'fd12:3456::1', '1.1.1.1'].map(named)).toEqual([true, true, true]);
  expect(['10.21.1.1', 'fd12:3457::1', '::ffff:10.20.1.1', '169.254.169.254'].map(named)).toEqual(Array(4).fill(false));
  expect(() => createAddressRule(['10.20.0.0'])).toThrow();
});
