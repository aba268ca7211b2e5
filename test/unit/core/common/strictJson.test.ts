import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JsonRejected, parseStrictJson, parseStrictUtf8 } from '../../../../lambdas/core/common/strictJson.ts';

/** By the walk, and by what spares it: they must not differ. */
function faultOf(text: string, maxDepth = 32): string {
  const fault = faultBy(() => parseStrictJson(text, maxDepth));
  if (text.isWellFormed()) expect(faultBy(() => parseStrictUtf8(Buffer.from(text), maxDepth))).toBe(fault);
  return fault;
}

function faultBy(parse: () => unknown): string {
  try {
    parse();
    return 'none';
  } catch (error) {
    if (error instanceof JsonRejected) return error.fault;
    throw error;
  }
}

const nested = (depth: number) => `${'['.repeat(depth)}1${']'.repeat(depth)}`;

it('is JSON.parse for JSON that is unambiguous', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      const fault = faultOf(text);
      if (fault === 'none') expect(parseStrictJson(text, 32)).toEqual(JSON.parse(text));
      else expect(text).toMatch(/__proto__|\\ud[89a-f]|[\ud800-\udfff]/i);
    }),
  );
});

it('finds every member that is there twice, wherever it is', () => {
  const names = fc.constantFrom('a', 'b', 'c', '"', ':', '');
  const texts = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('1', '"a"', '":"', '"\\""', 'null', '""'),
      fc.array(tie('value')).map((items) => `[${items.join(', ')}]`),
      fc
        .array(fc.tuple(names, tie('value')))
        .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)} :${value}`).join()}}`),
    ),
  }));
  let found = 0;
  fc.assert(
    fc.property(texts.value, (text) => {
      if (faultOf(text) === 'member') found += 1;
    }),
    { numRuns: 500 },
  );
  expect(found).toBeGreaterThan(0);
});

it('D06 refuses what is nested deeper than allowed', () => {
  expect([faultOf(nested(32)), faultOf(nested(33)), faultOf(nested(30_000))]).toEqual(['none', 'depth', 'depth']);
  const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  expect([faultOf(objects(32)), faultOf(objects(33))]).toEqual(['none', 'depth']);
  expect(faultOf('[{"a":"[[[["},{"a":"{{{{"}]', 2)).toBe('none');
});

it.each(['1e999', '-1e999', '[1e309]', '{"a":{"b":1E+400}}'])('D06 refuses the number in %s', (text) => {
  expect(faultOf(text)).toBe('number');
});

it.each(['1.7976931348623157e308', '-0', '1e-999', '"1e999"', '{"1e999":1}'])('takes the number in %s', (text) => {
  expect(faultOf(text)).toBe('none');
});

it.each(['{"a":1,"a":2}', '{"a":{"b":1,"b":1}}', '[{"a":1,"\\u0061":1}]'])('refuses a member twice: %s', (text) => {
  expect(faultOf(text)).toBe('member');
});

it('takes one name in two objects', () => {
  expect(faultOf('{"a":{"a":1},"b":[{"a":1},{"a":1}]}')).toBe('none');
});

it.each(['{"__proto__":1}', '{"a":[{"__proto__":{"b":1}}]}', '{"\\u005f_proto__":1}'])('D05 refuses %s', (text) => {
  expect(faultOf(text)).toBe('member');
  expect(({} as Record<string, unknown>)['b']).toBeUndefined();
});

it.each(['"\\ud800"', '{"a":"\\udc00x"}', '{"\\ud83d":1}'])('refuses half of a surrogate pair: %s', (text) => {
  expect(faultOf(text)).toBe('surrogate');
});

it.each(['', '{', 'undefined', "{'a':1}", '[1,]', '01', 'NaN', '\ufeff1'])('refuses %j', (text) => {
  expect(faultOf(text)).toBe('syntax');
});
