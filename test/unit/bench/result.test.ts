import { describe, expect, it } from 'vitest';
import { figureGroup, holds, ratioIn } from '../../../bench/common/result.ts';
import { asSvg } from '../../../bench/common/svg.ts';
import { asText } from '../../../bench/common/text.ts';

const group = figureGroup(
  { title: 'verification', unit: 'tokens/s', better: 'higher' },
  new Map([
    ['Gatehouse', [20, 40, 60]],
    ['peer <1.0>', [10, 20, 30]],
  ]),
);

describe('the result of a bench', () => {
  it('compares two of a group', () => {
    expect(ratioIn(group, 'Gatehouse', 'peer <1.0>')).toBe(2);
  });

  it('has no ratio to what was not measured', () => {
    expect(() => ratioIn(group, 'Gatehouse', 'nobody')).toThrow('nobody was not measured');
  });

  it.each([
    { is: 'at least', value: 0.75, held: true },
    { is: 'at least', value: 0.749, held: false },
    { is: 'at most', value: 0.75, held: true },
    { is: 'at most', value: 0.751, held: false },
  ] as const)('reaches a bar of $is 0.75 with $value: $held', ({ is, value, held }) => {
    expect(holds({ claim: 'a ratio', is, value, bar: 0.75 })).toBe(held);
  });

  it('says of each bar whether it is reached', () => {
    const bars = [
      { claim: 'fast', value: 2, is: 'at least', bar: 1 },
      { claim: 'small', value: 2, is: 'at most', bar: 1 },
    ] as const;
    const lines = asText('A part', { groups: [group], bars })
      .split('\n')
      .slice(-2);
    expect(lines).toEqual(['reached  fast: 2 (at least 1)', 'MISSED   small: 2 (at most 1)']);
  });

  it('draws a name as text, whatever is in it', () => {
    expect(asSvg('A part', [group])).toContain('>peer &lt;1.0&gt;<');
  });

  it('draws lengths that are in the ratio of the medians', () => {
    const [, ours, theirs] = asSvg('A part', [group]).split('<rect');
    const lengthOf = (text = '') => Number(/width="(\d+)"/.exec(text)?.[1]);
    expect(lengthOf(ours) / lengthOf(theirs)).toBe(2);
  });
});
