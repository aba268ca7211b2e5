import { expect, it } from 'vitest';
import { CliError } from '../../../../../bin/commands/support/cliError.ts';
import type { Deployment } from '../../../../../bin/commands/support/deployment.ts';
import { tablesOf } from '../../../../../bin/commands/support/stores.ts';
import { openExport } from '../../../../../bin/commands/users/stores.ts';
import type { TableName } from '../../../../../lambdas/manifest/tables.ts';

function lacks(what: string): never {
  throw new CliError(`the stage dev has no output ${what}`);
}

/** A stage that was deployed before a table came to be. */
const olderBy = (missing: TableName): Deployment => ({
  id: { prefix: 'gatehouse', stage: 'dev' },
  table: (name) => (name === missing ? lacks(`Table${name}`) : `physical-${name}`),
  functionName: lacks,
  secret: lacks,
  setting: lacks,
  auditBucket: '',
});

it('only whoever asks for a table misses its output', () => {
  const tables = tablesOf(olderBy('MailSuppressions'));
  expect(tables.accounts).toBe('physical-Accounts');
  expect(() => tables.mailSuppressions).toThrow('no output TableMailSuppressions');
});

it('a command works on a stage that lacks the table of another command', () => {
  expect(() => openExport(olderBy('MailSuppressions'))).not.toThrow();
});
