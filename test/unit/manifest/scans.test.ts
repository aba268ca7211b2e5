import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** What reads a whole table, and for whom. A Lambda that reaches one of them fails `test/infra/functions.test.ts`. */
const scans: Readonly<Record<string, string>> = {
  'lambdas/stores/accounts/accountAdministration.ts': 'users list, users export: an operator asks for all',
  'lambdas/stores/mail/suppressionAdministration.ts': 'mail suppressions list: an operator asks for all',
  'lambdas/stores/common/missingSweepKeys.ts': 'the deployment, for items of the release before',
};

it('no code scans a table but for an operator who asks for everything, and a deployment', () => {
  const found = globSync('{lambdas,bin}/**/*.ts').filter((file) =>
    /\bpaginateScan\(|\bnew ScanCommand\(|ExecuteStatement|DynamoDB_20120810\.Scan/.test(readFileSync(file, 'utf8')),
  );
  expect(found.toSorted()).toEqual(Object.keys(scans).toSorted());
});
