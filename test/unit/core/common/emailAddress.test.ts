import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localPartOf, mailableAddress, normalizeEmailAddress } from '../../../../lambdas/core/common/emailAddress.ts';

describe('normalizeEmailAddress', () => {
  it.each([
    ['capitals', 'Alice@Example.COM'],
    ['a trailing dot of the domain', 'alice@example.com.'],
    ['full-width letters', 'ａｌｉｃｅ@ｅｘａｍｐｌｅ.ｃｏｍ'],
    ['a full-width @', 'alice＠example.com'],
    ['an ideographic full stop in the domain', 'alice@example。com'],
    ['a superscript', 'ᵃlice@example.com'],
    ['a soft hyphen in the domain', undefined],
  ])('L11 %s is the same address, or none', (_, spelling) => {
    expect(normalizeEmailAddress(spelling ?? 'alice@exam\u00adple.com')).toBe(spelling && 'alice@example.com');
  });

  it('L11 the Kelvin sign and the long s are the letters they look like', () => {
    expect(normalizeEmailAddress('\u212aim@example.com')).toBe('kim@example.com');
    expect(normalizeEmailAddress('\u017fam@example.com')).toBe('sam@example.com');
  });

  it.each([
    ['a Cyrillic а', '\u0430lice@example.com'],
    ['a dotless ı', 'al\u0131ce@example.com'],
    ['a plus tag', 'alice+tag@example.com'],
    ['a dot in the local part', 'a.lice@example.com'],
    ['a Cyrillic domain', 'alice@ex\u0430mple.com'],
  ])('L11 %s makes another address', (_, spelling) => {
    const normalized = normalizeEmailAddress(spelling);
    expect(normalized).toBeDefined();
    expect(normalized).not.toBe('alice@example.com');
  });

  it('the domain is ASCII', () => {
    expect(normalizeEmailAddress('a@Bücher.example')).toBe('a@xn--bcher-kva.example');
  });

  it.each([
    '',
    'alice',
    '@example.com',
    'alice@',
    'alice@localhost',
    'alice@example.com@example.org',
    '"alice"@example.com',
    'alice smith@example.com',
    ' alice@example.com',
    'alice@example.com\r\nBcc: eve@example.org',
    'alice\u0000@example.com',
    'ali\u200bce@example.com',
    'ali\u202ece@example.com',
    'ali\ud800ce@example.com',
    'Alice <alice@example.com>',
    'alice,eve@example.com',
    'alice.@example.com',
    '.alice@example.com',
    'al..ice@example.com',
    'alice@example..com',
    'alice@-example.com',
    'alice@exa_mple.com',
    'alice@127.0.0.1',
    'alice@[127.0.0.1]',
    'alice@0x7f.1',
    'alice@ex%61mple.com',
    'alice@example.com/evil.example',
    'alice@example.com?x',
    'alice@example.com#x',
    'alice@example.com\\x',
    'alice@example.com:25',
    `${'a'.repeat(65)}@example.com`,
    `alice@${'a'.repeat(64)}.com`,
    `alice@${'abcdefg.'.repeat(31)}com`,
  ])('%j is no address', (text) => {
    expect(normalizeEmailAddress(text)).toBeUndefined();
  });

  it('whatever the text, the result is its own normal form', () => {
    const anything = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
    const part = fc.oneof(anything, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }));
    const label = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(part, label, (local, domain) => {
        const normalized = normalizeEmailAddress(`${local}@${domain}.example`);
        if (normalized === undefined) return;
        expect(normalizeEmailAddress(normalized)).toBe(normalized);
        expect(Buffer.byteLength(normalized)).toBeLessThanOrEqual(254);
        expect(normalized.split('@')).toHaveLength(2);
        expect(normalized).not.toMatch(/[\s\p{C}<>",;:()[\]\\]/u);
      }),
    );
  });
});

it('localPartOf is what stands before the @', () => {
  expect(localPartOf('alice+tag@example.com')).toBe('alice+tag');
});

describe('an address that an account is to get', () => {
  it.each(['ada@example.com', 'ＡＤＡ@example.com', "o'hara+x@example.com", 'ada@bücher.example'])(
    'is one: %s',
    (text) => {
      expect(mailableAddress(text)).toBe(normalizeEmailAddress(text));
      expect(mailableAddress(text)).toBeDefined();
    },
  );

  it.each(['jörg@example.com', 'al\u0131ce@example.com', '用户@example.com', 'ﬁ€@example.com', 'no address'])(
    'is none that SES sends to: %s',
    (text) => {
      expect(mailableAddress(text)).toBeUndefined();
    },
  );
});
