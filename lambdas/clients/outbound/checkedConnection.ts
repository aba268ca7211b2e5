import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressRule } from '../../core/outbound/networkAddress.ts';
import { OutboundRefused } from '../../core/outbound/outboundRefused.ts';

/** The addresses of a host name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export interface CheckedConnectionOptions {
  readonly isAllowedAddress: AddressRule;
  readonly resolve: Resolve;
  /** PEM certificates of the authorities to trust in place of Node.js's own. */
  readonly ca?: string | undefined;
  readonly timeoutMs: number;
}

export const resolveBySystem: Resolve = async (hostname) => {
  const found = await systemLookup(hostname, { all: true });
  return found.map(({ address }) => address);
};

/**
 * Opens TLS connections to allowed addresses only. A name is looked up once for a connection, and the connection goes
 * to an address that was checked, so an answer that changes later (DNS rebinding) changes nothing. If one of the
 * addresses is not allowed, all are refused. An address in the URL is not looked up, and a network may lead elsewhere:
 * therefore the peer of the connection is checked too, before anything is sent.
 *
 * Fails with OutboundRefused `address`.
 */
export function createCheckedConnector(options: CheckedConnectionOptions): buildConnector.connector {
  const { isAllowedAddress, ca, timeoutMs } = options;
  const connect = buildConnector({
    lookup: checkedLookup(options),
    timeout: timeoutMs,
    allowH2: false,
    maxCachedSessions: 0,
    minVersion: 'TLSv1.2',
    ...(ca !== undefined && { ca }),
  });
  return (target, callback) => {
    if (isIP(target.hostname) !== 0 && !isAllowedAddress(target.hostname)) {
      return callback(new OutboundRefused('address'), null);
    }
    connect(target, (...[error, socket]) => {
      if (error) return callback(error, null);
      if (isAllowedAddress(socket.remoteAddress ?? '')) return callback(null, socket);
      socket.destroy();
      callback(new OutboundRefused('address'), null);
    });
  };
}

function checkedLookup({ isAllowedAddress, resolve }: CheckedConnectionOptions): LookupFunction {
  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined) return callback(new OutboundRefused('unreachable'), []);
        if (!addresses.every(isAllowedAddress)) return callback(new OutboundRefused('address'), []);
        if (!all) return callback(null, first, isIP(first));
        callback(
          null,
          addresses.map((address) => ({ address, family: isIP(address) })),
        );
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}
