import { describe, expect, it } from 'vitest';
import { loadRefusal } from '../../../bench/common/load.ts';

describe('a bench', () => {
  it.each([
    { average: 0.2, cores: 2 },
    { average: 2, cores: 2 },
  ])('measures at a load of $average on $cores cores', (load) => {
    expect(loadRefusal(load)).toBeUndefined();
  });

  it('refuses to measure above a load of 1 a core', () => {
    expect(loadRefusal({ average: 2.1, cores: 2 })).toMatch(
      /^The machine is busy: a load of 1\.1 a core, of 1 at most/,
    );
  });

  it('says so in one line', () => {
    expect(loadRefusal({ average: 30, cores: 2 })).not.toContain('\n');
  });
});
