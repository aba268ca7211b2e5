import { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { resolveBySystem } from '../../../../lambdas/clients/outbound/checkedConnection.ts';
import { createOutboundClient, type OutboundOptions } from '../../../../lambdas/clients/outbound/outbound.ts';
import { createAddressRule } from '../../../../lambdas/core/outbound/networkAddress.ts';
import { OutboundRefused } from '../../../../lambdas/core/outbound/outboundRefused.ts';
import { type IssuedCertificate, issueCertificate } from '../../../support/fakes/certificateAuthority.ts';
import { type OutsideServer, startOutsideServer } from '../../../support/fakes/outsideServer.ts';

const name = 'id.example.com';
/** Stands for a public address: the networks of the clients below name it. */
const publicAddress = '127.0.0.2';
const privateAddress = '127.0.0.3';

let issued: IssuedCertificate;
let outside: OutsideServer;
let inside: OutsideServer;
const { connect } = Socket.prototype;
const opened = vi.spyOn(Socket.prototype, 'connect');

beforeAll(async () => {
  issued = await issueCertificate([name, publicAddress, privateAddress, '127.0.0.1']);
  outside = await startOutsideServer(issued, { address: publicAddress });
  inside = await startOutsideServer(issued, { address: privateAddress, port: outside.port });
});
afterAll(async () => {
  opened.mockRestore();
  await Promise.all([outside.close(), inside.close()]);
});
beforeEach(() => {
  opened.mockClear();
  outside.answer = (_, response) => response.end('hello');
});

function client(options: Partial<OutboundOptions> = {}) {
  return createOutboundClient({
    allowedPorts: [outside.port],
    allowedNetworks: [`${publicAddress}/32`],
    ca: issued.ca,
    resolve: async () => [publicAddress],
    ...options,
  });
}

const url = (host = name, path = '/') => `https://${host}:${outside.port}${path}`;

/** Why a call was refused; a call that was answered fails the test. */
async function refusal(call: Promise<unknown>): Promise<string> {
  const outcome = await call.then(
    () => 'answered',
    (error: unknown) => error,
  );
  if (outcome instanceof OutboundRefused) return outcome.reason;
  throw outcome instanceof Error ? outcome : new Error(String(outcome));
}

describe('a URL outside', () => {
  it('is called by its name, with the certificate verified for it', async () => {
    const { status, body, headers } = await client()(url(name, '/keys?a=1'), { headers: { accept: 'x/y' } });
    expect([status, Buffer.from(body).toString(), headers['content-length']]).toEqual([200, 'hello', '5']);
    const [request] = outside.requests.slice(-1);
    expect(request?.url).toBe('/keys?a=1');
    expect(request?.headers).toMatchObject({ host: `${name}:${outside.port}`, accept: 'x/y' });
    expect(opened).toHaveBeenCalledTimes(1);
  });

  it('is called by its address', async () => {
    expect((await client()(url(publicAddress))).status).toBe(200);
  });

  it('is answered with any status but a redirect', async () => {
    outside.answer = async (request, response) => {
      response.statusCode = 422;
      for await (const chunk of request) response.write(chunk);
      response.end();
    };
    const request = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'a=b' } as const;
    const { status, body } = await client()(url(), request);
    expect([status, Buffer.from(body).toString()]).toEqual([422, 'a=b']);
  });

  it('is not called unless its certificate is trusted for its name', async () => {
    const before = outside.requests.length;
    expect(await refusal(client()(url('other.example.com')))).toBe('unreachable');
    const { ca: other } = await issueCertificate([name]);
    expect(await refusal(client({ ca: other })(url()))).toBe('unreachable');
    expect(outside.requests.length).toBe(before);
  });

  it('is unreachable where nobody answers', async () => {
    expect(await refusal(client({ resolve: async () => [] })(url()))).toBe('unreachable');
    expect(await refusal(client({ resolve: () => Promise.reject(new Error('ENOTFOUND')) })(url()))).toBe('unreachable');
    const nobody = client({ allowedNetworks: ['127.0.0.4/32'], resolve: async () => ['127.0.0.4'] });
    expect(await refusal(nobody(url()))).toBe('unreachable');
  });
});

describe('X01', () => {
  const loopback = ['127.0.0.3', '127.3', '0x7f.3', '2130706435', '017700000003', '0x7f000003', '127.0.0.3.'];

  it.each(loopback)('%s is refused before anything connects', async (host) => {
    const before = inside.connections();
    expect(await refusal(client()(url(host)))).toBe('address');
    expect(opened).not.toHaveBeenCalled();
    expect(inside.connections()).toBe(before);
  });

  it.each(loopback)('%s would lead to the server, were its network allowed', async (host) => {
    const before = inside.connections();
    expect((await client({ allowedNetworks: ['127.0.0.0/8'] })(url(host))).status).toBe(200);
    expect(inside.connections()).toBe(before + 1);
  });

  it.each([
    '169.254.169.254',
    '2852039166',
    '0251.0376.0251.0376',
    '0xa9.0xfe.0xa9.0xfe',
    '0xa9fea9fe',
    '[::ffff:169.254.169.254]',
    '[::ffff:a9fe:a9fe]',
    '[::169.254.169.254]',
    '[64:ff9b::a9fe:a9fe]',
    '[2002:a9fe:a9fe::1]',
    '[fd00:ec2::254]',
    '[fe80::1]',
    '[::1]',
    '[::]',
    '0.0.0.0',
  ])('%s is refused before anything connects', async (host) => {
    expect(await refusal(client()(url(host)))).toBe('address');
    expect(opened).not.toHaveBeenCalled();
  });

  it.each(['localhost', 'localhost.', 'metadata', 'metadata.google.internal'])(
    '%s is not even looked up',
    async (host) => {
      const resolve = vi.fn(async () => [publicAddress]);
      expect(await refusal(client({ resolve })(url(host)))).toBe('host');
      expect(resolve).not.toHaveBeenCalled();
      expect(opened).not.toHaveBeenCalled();
    },
  );

  it.each([
    ['a metadata address', ['169.254.169.254']],
    ['the local host', [privateAddress]],
    ['a private address beside a public one', [publicAddress, '10.0.0.1']],
    ['a public address beside a private one', ['::1', publicAddress]],
    ['an IPv4-mapped address', ['::ffff:169.254.169.254']],
    ['a NAT64 address', ['64:ff9b::a9fe:a9fe']],
    ['an address with a zone', ['fe80::1%lo']],
    ['no address', ['not an address']],
  ])('169.254.169.254.nip.example is refused where it leads to %s', async (_, addresses) => {
    const before = inside.connections() + outside.connections();
    expect(await refusal(client({ resolve: async () => addresses })(url('169.254.169.254.nip.example')))).toBe(
      'address',
    );
    expect(inside.connections() + outside.connections()).toBe(before);
  });

  it('the system’s own resolver tells every address of a name, for the rule to judge', async () => {
    const addresses = await resolveBySystem('localhost');
    expect(addresses.length).toBeGreaterThan(0);
    expect(addresses.filter(createAddressRule())).toEqual([]);
  });
});

describe('X02', () => {
  it('a name that leads elsewhere at the second look-up reaches nobody inside', async () => {
    const answers = [[publicAddress], [privateAddress]];
    const resolve = vi.fn(async () => answers.shift() ?? []);
    const call = client({ resolve });
    const before = inside.connections();
    expect((await call(url())).status).toBe(200);
    expect(resolve).toHaveBeenCalledTimes(1);
    expect(await refusal(call(url()))).toBe('address');
    expect(inside.connections()).toBe(before);
  });

  it('the address that was checked is the address that is connected to', async () => {
    let lookUps = 0;
    const resolve = async () => (++lookUps % 2 === 1 ? [publicAddress] : [privateAddress]);
    const before = [inside.connections(), outside.connections()];
    const outcomes = [];
    for (let call = 0; call < 6; call++)
      outcomes.push(await client({ resolve })(url()).then(({ status }) => status, refusalReason));
    expect(outcomes).toEqual([200, 'address', 200, 'address', 200, 'address']);
    expect(lookUps).toBe(6);
    expect([inside.connections(), outside.connections()]).toEqual([before[0], (before[1] ?? 0) + 3]);
  });

  it('a connection whose peer is another than was asked for is dropped before anything is sent', async () => {
    opened.mockImplementationOnce(function (this: Socket, ...[, secured]) {
      const elsewhere = { host: privateAddress, port: inside.port };
      return Reflect.apply(connect, this, [elsewhere, secured]);
    });
    const before = [inside.connections(), inside.requests.length];
    expect(await refusal(client()(url()))).toBe('address');
    expect([inside.connections() - 1, inside.requests.length]).toEqual(before);
  });

  it.each([301, 302, 303, 307, 308, 300])('a redirect (%i) is not followed', async (statusCode) => {
    outside.answer = (_, response) =>
      response.writeHead(statusCode, { location: url(privateAddress) }).end('a'.repeat(100_000));
    const before = [inside.connections(), outside.requests.length];
    expect(await refusal(client()(url()))).toBe('redirect');
    expect([inside.connections(), outside.requests.length - 1]).toEqual(before);
  });

  it.each([
    [`https://user:password@${name}`, 'userinfo'],
    [`https://${name}@${privateAddress}`, 'userinfo'],
    [`http://${name}`, 'scheme'],
    [`ftp://${name}`, 'scheme'],
  ])('%s is refused before anything connects', async (prefix, reason) => {
    expect(await refusal(client()(`${prefix}:${outside.port}/`))).toBe(reason);
    expect(opened).not.toHaveBeenCalled();
  });

  it('a port that is not listed is refused before anything connects', async () => {
    expect(await refusal(client({ allowedPorts: [443, 8443] })(url()))).toBe('port');
    expect(opened).not.toHaveBeenCalled();
  });

  it('a host that is not listed is refused before anything connects', async () => {
    expect(await refusal(client({ allowedHosts: ['other.example.com'] })(url()))).toBe('host');
    expect(opened).not.toHaveBeenCalled();
    expect((await client({ allowedHosts: [name] })(url())).status).toBe(200);
  });
});

describe('an answer', () => {
  it('that is too large is not taken, whether or not it says so', async () => {
    const limited = client({ maxBytes: 1000 });
    outside.answer = (_, response) => response.end('a'.repeat(1001));
    expect(await refusal(limited(url()))).toBe('too_large');
    outside.answer = (_, response) => {
      const write = () => {
        while (!response.destroyed && response.write('a'.repeat(16_384)));
      };
      response.on('drain', write);
      write();
    };
    expect(await refusal(limited(url()))).toBe('too_large');
    outside.answer = (_, response) => response.end('a'.repeat(1000));
    expect((await limited(url())).body.length).toBe(1000);
  });

  it('with more than 16 KiB of headers is not taken', async () => {
    outside.answer = (_, response) => response.writeHead(200, { 'x-big': 'a'.repeat(20_000) }).end();
    expect(await refusal(client()(url()))).toBe('too_large');
  });

  it.each(['gzip', 'deflate', 'br', 'zstd', 'gzip, gzip', 'x-unknown'])(
    'that is encoded as %s is not taken: a small body may become a large one',
    async (encoding) => {
      outside.answer = (_, response) =>
        response.writeHead(200, { 'content-encoding': encoding }).end(gzipSync(Buffer.alloc(100_000)));
      expect(await refusal(client()(url()))).toBe('encoding');
      expect(outside.requests.at(-1)?.headers['accept-encoding']).toBe('identity');
    },
  );

  it.each<[string, OutsideServer['answer']]>([
    ['never begins', () => {}],
    ['never ends', (_, response) => response.write('a')],
    ['drips', (_, response) => drip(() => response.write('a'), response)],
    ['is announced again and again', (_, response) => drip(() => response.writeEarlyHints({ link: '</>' }), response)],
  ])('that %s ends with the time limit', async (_, answer) => {
    outside.answer = answer;
    const started = performance.now();
    expect(await refusal(client({ timeoutMs: 300 })(url()))).toBe('timeout');
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('of a resolver that never answers ends with the time limit', async () => {
    const started = performance.now();
    expect(await refusal(client({ timeoutMs: 300, resolve: () => new Promise(() => {}) })(url()))).toBe('timeout');
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

function refusalReason(error: unknown): string {
  if (error instanceof OutboundRefused) return error.reason;
  throw error;
}

function drip(send: () => unknown, response: { on(event: 'close', done: () => void): unknown }): void {
  const timer = setInterval(send, 20);
  response.on('close', () => clearInterval(timer));
}
