import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAddressRule } from '../../../../lambdas/core/outbound/networkAddress.ts';
import { OutboundRefused } from '../../../../lambdas/core/outbound/outboundRefused.ts';
import { checkOutboundUrl, hostOf, type OutboundUrlRules } from '../../../../lambdas/core/outbound/outboundUrl.ts';

const rules: OutboundUrlRules = { isAllowedAddress: createAddressRule(), allowedPorts: new Set([443]) };

function reasonOf(url: string, others: Partial<OutboundUrlRules> = {}): string {
  try {
    return `allowed: ${checkOutboundUrl(url, { ...rules, ...others }).href}`;
  } catch (error) {
    if (error instanceof OutboundRefused) return error.reason;
    throw error;
  }
}

it.each([
  'https://id.example.com/.well-known/openid-configuration',
  'https://id.example.com:443/keys?x=%0a',
  'https://1.1.1.1/keys',
  'https://[2606:4700::1111]/keys',
  'https://xn--bcher-kva.example.com/',
])('%s may be followed', (url) => {
  expect(reasonOf(url)).toMatch(/^allowed: https:/);
});

describe('X01', () => {
  it.each([
    'https://169.254.169.254/latest/meta-data/',
    'https://2852039166/',
    'https://0251.0376.0251.0376/',
    'https://0xa9.0xfe.0xa9.0xfe/',
    'https://0xa9fea9fe/',
    'https://169.254.43518/',
    'https://169.16689662/',
    'https://169.254.169.254./',
    'https://%31%36%39.254.169.254/',
    'https://[::ffff:169.254.169.254]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[::169.254.169.254]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://[64:ff9b:1::a9fe:a9fe]/',
    'https://[2002:a9fe:a9fe::]/',
    'https://[fd00:ec2::254]/',
    'https://[fe80::1]/',
    'https://[::1]/',
    'https://[::]/',
    'https://0.0.0.0/',
    'https://0/',
    'https://127.1/',
    'https://0x7f.1/',
    'https://017700000001/',
    'https://10.0.0.1/',
  ])('the address in %s is refused', (url) => {
    expect(reasonOf(url)).toBe('address');
  });

  it.each([
    'https://localhost/',
    'https://LOCALHOST/',
    'https://localhost./',
    'https://app.localhost/',
    'https://metadata/',
    'https://metadata.google.internal/',
    'https://instance-data.ec2.internal/',
    'https://printer.local/',
    'https://router.home.arpa/',
    'https://hidden.onion/',
    'https://id.example.com./',
  ])('the name in %s is refused', (url) => {
    expect(reasonOf(url)).toBe('host');
  });

  it.each([
    'https://[fe80::1%25eth0]/',
    'https://[fe80::1%eth0]/',
    'https://1.2.3.256/',
    'https://0x1ffffffff/',
    'https://１６９.254.169.254/',
    'https://①69.254.169.254/',
    'https://169。254。169。254/',
    'https:///',
    'https://',
    '',
  ])('%j is no URL', (url) => {
    expect(reasonOf(url)).toBe('url');
  });
});

describe('X02', () => {
  it.each([
    'http://id.example.com/',
    'HTTP://id.example.com/',
    'ftp://id.example.com/',
    'file:///etc/passwd',
    'gopher://id.example.com/',
    'data:text/plain,x',
    'javascript:alert(1)',
    'ws://id.example.com/',
    'blob:https://id.example.com/1',
    'jar:https://id.example.com!/',
  ])('the scheme of %s is refused', (url) => {
    expect(reasonOf(url)).toBe('scheme');
  });

  it.each([
    'https://user@id.example.com/',
    'https://user:password@id.example.com/',
    'https://:@id.example.com/',
    'https://@id.example.com/',
    'https://id.example.com@169.254.169.254/',
    'https://1.1.1.1:443@127.0.0.1/',
    'https:id.example.com@127.0.0.1',
  ])('the user in %s is refused', (url) => {
    expect(reasonOf(url)).toBe('userinfo');
  });

  it.each(['22', '25', '80', '3306', '6379', '8443', '0', '65535'])('port %s is refused', (port) => {
    expect(reasonOf(`https://id.example.com:${port}/`)).toBe('port');
  });

  it('a port that is listed is not', () => {
    expect(reasonOf('https://id.example.com:8443/', { allowedPorts: new Set([8443]) })).toMatch(/^allowed/);
    expect(reasonOf('https://id.example.com/', { allowedPorts: new Set([8443]) })).toBe('port');
  });

  it.each([
    ' https://id.example.com/',
    'https://id.example.com/\r\nX-Injected: 1',
    'https://id.exam\tple.com/',
    'https:\\\\id.example.com\\',
    'https://evil.example.com\\@id.example.com/',
    'https://id.example.com/\u0000',
    `https://id.example.com/${'a'.repeat(2048)}`,
    '//id.example.com/',
    'id.example.com',
  ])('%j is no URL', (url) => {
    expect(reasonOf(url)).toBe('url');
  });
});

describe('a list of hosts', () => {
  const listed = { allowedHosts: new Set(['id.example.com', '1.1.1.1']) };

  it('lets its names through, whatever their case', () => {
    expect(reasonOf('https://ID.Example.com/', listed)).toMatch(/^allowed/);
    expect(reasonOf('https://1.1.1.1/', listed)).toMatch(/^allowed/);
  });

  it.each([
    'https://evil.example.com/',
    'https://id.example.com.evil.example/',
    'https://sub.id.example.com/',
    'https://example.com/#id.example.com',
    'https://example.com/?id.example.com',
    'https://1.0.0.1/',
  ])('holds %s back', (url) => {
    expect(reasonOf(url, listed)).toBe('host');
  });

  it('does not make a private address public', () => {
    expect(reasonOf('https://127.0.0.1/', { allowedHosts: new Set(['127.0.0.1']) })).toBe('address');
  });
});

it('whatever is let through keeps every rule', () => {
  const host = fc.oneof(
    fc.webAuthority({ withIPv4: true, withIPv4Extended: true, withIPv6: true, withUserInfo: true, withPort: true }),
    fc.ipV4Extended(),
    fc.ipV6().map((ip) => `[${ip}]`),
    fc.nat(2 ** 32 - 1).map(String),
  );
  fc.assert(
    fc.property(fc.constantFrom('https', 'http', 'HTTPS'), host, fc.string({ maxLength: 5 }), (scheme, name, path) => {
      const text = `${scheme}://${name}/${path}`;
      if (!reasonOf(text).startsWith('allowed')) return;
      const url = new URL(text);
      expect([url.protocol, url.username, url.password, url.port]).toEqual(['https:', '', '', '']);
      const literal = /^[\d.]+$|:/.test(hostOf(url));
      if (literal) expect(rules.isAllowedAddress(hostOf(url))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
