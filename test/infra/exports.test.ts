import { describe, expect, it } from 'vitest';
import { deployed, devContext, prodContext } from './deployments.ts';
import recordedJson from './exports.json' with { type: 'json' };
import { differences, type InUse, inUse, inUseSchema } from './exportsInUse.ts';

const recorded = inUseSchema.parse(recordedJson);
const exportOf = (meaning: string): string => {
  const found = Object.entries(recorded.exports).find(([, value]) => value.startsWith(meaning));
  if (!found) throw new Error(`nothing exports ${meaning}`);
  return found[0];
};
const tableOf = (prefix: string): string => {
  const found = Object.keys(recorded.tables).find((name) => name.startsWith(prefix));
  if (!found) throw new Error(`no table ${prefix}`);
  return found;
};

it.each([
  ['prod', prodContext],
  ['dev', devContext],
])('%s changes no export, key or stream that a deployed API stack holds on to', (_, context) => {
  expect(differences(recorded, inUse(deployed(context).data))).toEqual([]);
});

it('everything that the API stack imports is recorded', () => {
  const imported = JSON.stringify(deployed(prodContext).api.resources).matchAll(/"Fn::ImportValue":"[^":]+:([^"]+)"/g);
  const names = new Set([...imported].map(([, name]) => name));
  expect(names.size).toBeGreaterThan(20);
  expect(names).toEqual(new Set(Object.keys(recorded.exports)));
});

describe('found out, with the remedy:', () => {
  const remedy = /^.* (is gone|stands for .*|has .*)\. .*two deployments.*docs\/deploy\.md/;
  const { exports, tables } = recorded;
  const stream = exportOf('TablesAuditOutbox');
  const outbox = tableOf('TablesAuditOutbox');
  const changes: Readonly<Record<string, InUse>> = {
    'an export that goes': { tables, exports: Object.fromEntries(Object.entries(exports).slice(1)) },
    'an export of something else': { tables, exports: { ...exports, [stream]: 'TablesNew.StreamArn' } },
    'a table that goes': { exports, tables: Object.fromEntries(Object.entries(tables).slice(1)) },
    'another key': { exports, tables: { ...tables, [outbox]: { key: ['id'], stream: 'NEW_IMAGE' } } },
    'another stream': { exports, tables: { ...tables, [outbox]: { key: ['event_id'], stream: 'KEYS_ONLY' } } },
    'a stream that goes': { exports, tables: { ...tables, [outbox]: { key: ['event_id'] } } },
  };
  it.each(Object.keys(changes))('%s', (change) => {
    const lines = differences(recorded, changes[change] ?? recorded);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(remedy);
  });

  it('what is new and not recorded', () => {
    const added = { exports: { ...exports, ExportsOutputRefNew: 'New' }, tables };
    expect(differences(recorded, added)).toEqual([
      'The export ExportsOutputRefNew is new: record it in test/infra/exports.json.',
    ]);
  });
});
