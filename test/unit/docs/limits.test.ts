import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../../scripts/local/settings.ts';
import { limitTable } from '../../support/limitTable.ts';

it('lists every limit in the operator’s page as it is defined', () => {
  const page = readFileSync(join(root, 'docs/operations.md'), 'utf8').split('\n');
  expect(page.filter((line) => /^\| `\w+Per\w+` \|/.test(line))).toEqual(limitTable());
});
