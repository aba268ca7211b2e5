import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };

it('no Lambda has a package in it that only the tests are to have', () => {
  const forTests = Object.keys(manifest.devDependencies);
  const found = globSync('lambdas/**/*.ts').flatMap((file) => {
    const named = readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b(?! type\b)[^;]*? from '([^']+)'/gm);
    return [...named]
      .filter(([, from = '']) => forTests.some((name) => from === name || from.startsWith(`${name}/`)))
      .map(([, from]) => `${file} ${from}`);
  });
  expect(found).toEqual([]);
});
