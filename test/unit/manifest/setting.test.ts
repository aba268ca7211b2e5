import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { namesOf } from '../../../lambdas/contract/records.ts';
import {
  flag,
  json,
  list,
  oneNumberOf,
  ownValue,
  type Setting,
  setting,
  stageNames,
  type Text,
  wholeNumber,
} from '../../../lambdas/manifest/setting.ts';
import { settings } from '../../../lambdas/manifest/settings.ts';

describe('the text of a value', () => {
  it.each([
    ['a whole number', wholeNumber(), '0', 0],
    ['a flag', flag, 'false', false],
    ['a flag that is set', flag, 'true', true],
    ['one number of a few', oneNumberOf(7, 30), '30', 30],
    ['a list', list(z.string()), 'a b', ['a', 'b']],
    ['an empty list', list(z.string()), '', []],
    ['JSON', json(z.strictObject({ rate: z.int() })), '{"rate":5}', { rate: 5 }],
  ])('of %s decodes and encodes', (_, text: Text<unknown>, written, value) => {
    expect(text.parse(written)).toEqual(value);
    expect(z.encode(text, value)).toBe(written);
  });

  it.each([
    ['a negative number', wholeNumber(), '-1'],
    ['a broken number', wholeNumber(), '1.5'],
    ['no number', wholeNumber(), ''],
    ['too small a number', wholeNumber({ min: 8 }), '7'],
    ['a number that is not safe', wholeNumber(), '9'.repeat(16)],
    ['another number', oneNumberOf(7, 30), '8'],
    ['neither true nor false', flag, 'perhaps'],
    ['a yes', flag, 'yes'],
    ['a one', flag, '1'],
    ['a shouted flag', flag, 'TRUE'],
    ['no JSON', json(z.strictObject({})), '{'],
    ['JSON of another shape', json(z.strictObject({})), '{"rate":5}'],
  ])('is not %s', (_, text: Text<unknown>, written) => {
    expect(text.safeParse(written).success).toBe(false);
  });
});

describe('a setting', () => {
  it('has the value of its stage, or else the one of every stage', () => {
    const own = setting({ text: () => wholeNumber(), default: 300, local: 5 });
    expect(stageNames.map((stage) => ownValue(own, stage))).toEqual([5, 300, 300]);
  });

  it('has none where the deployment has to choose', () => {
    const own = setting({ text: () => wholeNumber(), local: 1, context: true, example: '365' });
    expect(() => ownValue(own, 'prod')).toThrow('the stage prod has no value of its own');
  });

  const owned = namesOf(settings).flatMap((name) =>
    stageNames.flatMap((stage) => {
      const { text, values }: Setting<unknown> = settings[name];
      return values[stage] === undefined ? [] : [[name, stage, text, values[stage]] as const];
    }),
  );

  it.each(owned)('%s of the stage %s can be written as text', (_name, _stage, text, value) => {
    expect(text.parse(z.encode(text, value))).toEqual(value);
  });

  it('is chosen by `-c` wherever a stage has no value', () => {
    const open = namesOf(settings).filter((name) => Object.values(settings[name].values).includes(undefined));
    expect(open).toContain('auditRetentionDays');
    expect(open.filter((name) => settings[name].given === undefined)).toEqual([]);
  });
});
