import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Network = ReturnType<typeof ipaddr.parseCIDR>;

const globalUnicast = ipaddr.parseCIDR('2000::/3');

/** Whether an IP address may be connected to; never for a text that is not the plain form of one address. */
export type AddressRule = (ip: string) => boolean;

/**
 * Allows every public address of the internet, and those of `allowedNetworks` (CIDR).
 *
 * @throws Error when a network is not valid.
 */
export function createAddressRule(allowedNetworks: readonly string[] = []): AddressRule {
  const networks = allowedNetworks.map((network) => ipaddr.parseCIDR(network));
  return (ip) => {
    // What the parser takes besides the plain form (octal, one number, a zone id) is never an address of a connection.
    if (isIP(ip) === 0 || ip.includes('%')) return false;
    const address = ipaddr.parse(ip);
    return isPublic(address) || networks.some((network) => contains(network, address));
  };
}

/**
 * Outside 2000::/3 nothing is assigned to hosts (RFC 4291 §2.4), so IPv4-mapped, IPv4-compatible, NAT64 and site-local
 * addresses are refused whatever they embed; within it the ranges of the IANA special-purpose registries (RFC 6890)
 * are.
 */
function isPublic(address: Network[0]): boolean {
  return address.range() === 'unicast' && (address.kind() === 'ipv4' || contains(globalUnicast, address));
}

function contains(network: Network, address: Network[0]): boolean {
  return network[0].kind() === address.kind() && address.match(network);
}
