import { isIP } from 'node:net';
import type { AddressRule } from './networkAddress.ts';
import { OutboundRefused } from './outboundRefused.ts';

export interface OutboundUrlRules {
  readonly isAllowedAddress: AddressRule;
  /** Host names, lower case and exact, that may be called; undefined is any. */
  readonly allowedHosts?: ReadonlySet<string> | undefined;
  readonly allowedPorts: ReadonlySet<number>;
}

const maxLength = 2048;
const httpsPort = 443;
/** RFC 3986 §2: what a URL is written with. The parser would drop tabs and newlines, and replace `\` and `。`. */
const urlCharacters = /^[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]+$/;
/** Names that never lead to the internet (RFC 6761, RFC 6762, RFC 7686, RFC 8375, ICANN's `internal`). */
const privateNames = /(^|\.)(localhost|local|internal|home\.arpa|onion|invalid|test)$/;

/** The host of a URL: a name, or an address without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/**
 * Parses a URL from outside and judges it by its text. The address that its name resolves to is checked when we
 * connect. A numeric host in any spelling (decimal, octal, hexadecimal, shortened) comes out as a plain address.
 *
 * @throws OutboundRefused `url`, `scheme`, `userinfo`, `port`, `host` or `address`.
 */
export function checkOutboundUrl(text: string, rules: OutboundUrlRules): URL {
  const url = parse(text);
  if (url.protocol !== 'https:') throw new OutboundRefused('scheme');
  // An empty user name leaves no trace in what was parsed.
  if (url.username !== '' || url.password !== '' || authorityOf(text).includes('@')) {
    throw new OutboundRefused('userinfo');
  }
  if (!rules.allowedPorts.has(url.port === '' ? httpsPort : Number(url.port))) throw new OutboundRefused('port');
  checkHost(hostOf(url), rules);
  return url;
}

function parse(text: string): URL {
  const url = text.length <= maxLength && urlCharacters.test(text) ? URL.parse(text) : null;
  if (!url) throw new OutboundRefused('url');
  return url;
}

/** RFC 3986 §3.2. */
function authorityOf(text: string): string {
  return /^[^:]+:\/*([^/?#]*)/.exec(text)?.[1] ?? '';
}

function checkHost(host: string, { isAllowedAddress, allowedHosts }: OutboundUrlRules): void {
  if (isIP(host) !== 0) {
    if (!isAllowedAddress(host)) throw new OutboundRefused('address');
  } else if (!host.includes('.') || host.endsWith('.') || privateNames.test(host)) {
    throw new OutboundRefused('host');
  }
  if (allowedHosts && !allowedHosts.has(host)) throw new OutboundRefused('host');
}
