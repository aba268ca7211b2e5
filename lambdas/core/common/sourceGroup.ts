import { BlockList, isIPv6 } from 'node:net';

const mapped = new BlockList();
mapped.addSubnet('::ffff:0:0', 96, 'ipv6');

/**
 * The group that a source address counts as: an IPv4 address itself; of an IPv6 address its /64, which one subscriber
 * has.
 */
export function sourceGroup(ip: string): string {
  if (!isIPv6(ip) || mapped.check(ip, 'ipv6')) return ip;
  return `${expand(ip).slice(0, 4).join(':')}::/64`;
}

/** The eight groups of a valid address, without leading zeros. */
function expand(ip: string): string[] {
  const [address = ''] = ip.split('%');
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const left = head === '' ? [] : head.split(':');
  if (tail === undefined) return left;
  const right = tail === '' ? [] : tail.split(':');
  return [...left, ...new Array<string>(8 - left.length - right.length).fill('0'), ...right];
}
