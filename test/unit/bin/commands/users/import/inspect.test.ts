import { expect, it } from 'vitest';
import { inspectRecords } from '../../../../../../bin/commands/users/import/inspect.ts';
import { readFirebase } from '../../../../../../lambdas/core/moving/firebase.ts';
import { readGatehouse } from '../../../../../../lambdas/core/moving/gatehouse.ts';

async function inspect(
  records: readonly object[],
  {
    left = [],
    used = [],
    names = {},
    read = readGatehouse,
  }: Partial<Record<'left' | 'used', string[]>> & {
    names?: Record<string, string>;
    read?: typeof readGatehouse;
  } = {},
) {
  async function* lines() {
    yield* records.map((record, index) => ({ line: index + 1, record }));
  }
  return inspectRecords(lines(), {
    read,
    names: new Map(Object.entries(names)),
    used: new Set(used),
    left: new Set(left),
  });
}

it('a file with fields that guard no account is imported without them', async () => {
  expect(await inspect([{ email: 'a@b.example', nickname: 'a' }, {}])).toMatchObject({ lastLine: 2, records: 2 });
});

it.each(['passwordHash', 'hash', 'mfa_enabled', 'blocked'])(
  'a file with %s is refused before it is imported',
  async (name) => {
    const records = [{ email: 'a@b.example' }, { email: 'b@b.example', [name]: 'something' }];
    await expect(inspect(records)).rejects.toThrow(new RegExp(`field ${name}.*--map.*--leave`));
    expect(await inspect(records, { left: [name] })).toMatchObject({ records: 2 });
  },
);

it('a field that says nothing guards no account', async () => {
  expect(await inspect([{ email: 'a@b.example', blocked: false, mfa: [], hash: null }])).toMatchObject({ records: 1 });
});

it('a name that no record has is refused', async () => {
  const records = [{ email: 'a@b.example' }];
  await expect(inspect(records, { names: { pw: 'password_hash' } })).rejects.toThrow('no record has the field pw');
  expect(await inspect(records, { names: { pw: 'password_hash' }, used: ['pw'] })).toMatchObject({ records: 1 });
});

it('records that do not say whether there are second factors are counted', async () => {
  const users = [{ mfaInfo: [] }, {}, { email: undefined }].map((more) => ({
    localId: 'x',
    email: 'a@b.example',
    ...more,
  }));
  expect(await inspect(users, { read: readFirebase(undefined) })).toMatchObject({ unsaid: 1 });
});
