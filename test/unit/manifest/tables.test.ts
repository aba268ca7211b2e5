import { describe, expect, it } from 'vitest';
import { namesOf } from '../../../lambdas/contract/records.ts';
import { lambdas } from '../../../lambdas/manifest/lambdas.ts';
import { type TableDefinition, tables, tracedTables } from '../../../lambdas/manifest/tables.ts';

describe('a table with personal data', () => {
  it('says how an erasure reaches it', () => {
    // @ts-expect-error nobody erases it
    const forgotten: TableDefinition = { partitionKey: 'pk', personalData: true };
    expect(forgotten).not.toHaveProperty('erasedBy');
  });

  it('is not erased by a partition that its key does not make', () => {
    // @ts-expect-error the partition is not that of an account
    const wrong: TableDefinition = { partitionKey: 'pk', personalData: true, erasedBy: { by: 'partition' } };
    expect(wrong.partitionKey).not.toBe('sub');
  });

  it.each(namesOf(tables))('%s is erased, or tells its owner why not', (name) => {
    const table: TableDefinition = tables[name];
    if (!table.personalData) return expect(table).not.toHaveProperty('erasedBy');
    if (table.erasedBy.by === 'nobody') expect(table.erasedBy.because).not.toBe('');
    expect(tracedTables.some((traced) => traced === name)).toBe(['partition', 'limits'].includes(table.erasedBy.by));
  });

  it.each(['account', 'eraser'] as const)(
    'is within reach of the Lambda %s when an erasure goes through it',
    (name) => {
      expect(Object.keys(lambdas[name].tables)).toEqual(expect.arrayContaining([...tracedTables]));
    },
  );
});
