import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../../../scripts/local/settings.ts';

/** The distributions that a file pins, as pip compares their names, with the number of hashes of each. */
function pinned(name: string): Map<string, number> {
  const text = readFileSync(join(root, 'scripts/local/cloud', name), 'utf8').replaceAll(/^#.*\n/gm, '');
  const entries = text.replaceAll('\\\n', ' ').trim().split('\n');
  return new Map(
    entries.map((entry) => {
      const [, distribution = entry] = /^([\w.-]+)==\S+ /.exec(entry) ?? [];
      return [distribution.toLowerCase(), entry.match(/--hash=sha256:[0-9a-f]{64}(?= |$)/g)?.length ?? 0];
    }),
  );
}

describe.each(['requirements.txt', 'requirements.cfn-lint.txt'])('%s', (name) => {
  it('pins everything by version and hash', () => {
    const without = [...pinned(name)].filter(
      ([distribution, hashes]) => hashes === 0 || !/^[\w.-]+$/.test(distribution),
    );
    expect(without).toEqual([]);
  });
});

it('the emulator is pinned with what it needs on every Python', () => {
  const names = ['ministack', 'cryptography', 'hypercorn', 'botocore', 'cffi', 'exceptiongroup', 'taskgroup', 'tomli'];
  expect([...pinned('requirements.txt').keys()]).toEqual(expect.arrayContaining(names));
});
