import { describe, expect, it } from 'vitest';
import { runInOrder, type TestStages } from '../../../../../scripts/local/checks/testOrder.ts';

/** Stages that note what happens, each step a turn later than the one before. */
function stages(changes: Partial<TestStages> = {}) {
  const seen: string[] = [];
  const turn = async (what: string) => {
    await new Promise(setImmediate);
    seen.push(what);
  };
  const all: TestStages = {
    async inCloud(beforeE2e) {
      await turn('integration');
      beforeE2e();
      for (const part of ['first', 'second', 'third', 'last']) await turn(`e2e: ${part}`);
    },
    async slow({ beside }) {
      await turn(beside ? 'slow tests beside' : 'slow tests');
    },
    async upgrade(others) {
      await turn('release before is up');
      await others;
      await turn('upgrade');
    },
    ...changes,
  };
  return { seen, all };
}

describe('the suites', () => {
  it('that want the processor begin when e2e does, and the upgrade when all have ended', async () => {
    const { seen, all } = stages();
    await runInOrder(all);
    expect(seen.slice(0, 1)).toEqual(['integration']);
    expect(seen.slice(1, 4)).toEqual(expect.arrayContaining(['slow tests beside', 'release before is up']));
    expect(seen.slice(-2)).toEqual(['e2e: last', 'upgrade']);
    expect(seen).toHaveLength(8);
  });

  it('of which none is in the cloud run one after the other', async () => {
    const { seen, all } = stages({ inCloud: undefined });
    await runInOrder(all);
    expect(seen).toEqual(['slow tests', 'release before is up', 'upgrade']);
  });

  it('run where no upgrade is wanted', async () => {
    const { seen, all } = stages({ upgrade: undefined });
    await runInOrder(all);
    expect(seen).toContain('slow tests beside');
    expect(seen.at(-1)).toBe('e2e: last');
  });

  it('come to their end when the cloud does not come up, which is told', async () => {
    const { seen, all } = stages({ inCloud: () => Promise.reject(new Error('no cloud')) });
    await expect(runInOrder(all)).rejects.toThrow('no cloud');
    expect(seen.at(-1)).toBe('upgrade');
    expect(seen).toContain('slow tests beside');
  });

  it('in the cloud come to their end when the release before does not come up, which is told', async () => {
    const { seen, all } = stages({ upgrade: () => Promise.reject(new Error('no release')) });
    await expect(runInOrder(all)).rejects.toThrow('no release');
    expect(seen.at(-1)).toBe('e2e: last');
  });
});
