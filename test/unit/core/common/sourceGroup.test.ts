import { describe, expect, it } from 'vitest';
import { sourceGroup } from '../../../../lambdas/core/common/sourceGroup.ts';

describe('the source an address stands for', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:ffff:ffff:ffff:ffff', '2001:db8:0:0::/64'],
    ['2001:0DB8:0000:0001::', '2001:db8:0:1::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['not an address', 'not an address'],
  ])('%s is %s', (ip, group) => {
    expect(sourceGroup(ip)).toBe(group);
  });
});
