import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { createAccountImports } from '../../../../lambdas/stores/accounts/accountImports.ts';
import { fakeCredentials, inProcess, ServiceError } from '../../../support/fakes/awsFake.ts';
import { testEvent } from '../../../support/worlds/auditWorld.ts';
import { testAccount } from '../../../support/worlds/world.ts';

/** A table that answers each attempt by the next of these, and then well. */
function setUp(failures: readonly Error[]) {
  let attempts = 0;
  const waits: number[] = [];
  const answer = () => {
    const failure = failures[attempts++];
    if (failure) throw failure;
    return {};
  };
  const client = new DynamoDBClient({ ...fakeCredentials, requestHandler: inProcess(answer) });
  const imports = createAccountImports({
    client: DynamoDBDocumentClient.from(client),
    tables: { accounts: 'Accounts', auditOutbox: 'AuditOutbox' },
    delay: async (ms) => void waits.push(ms),
  });
  const create = () => imports.create([{ account: testAccount(), event: testEvent() }]);
  return { create, waits, attempts: () => attempts };
}

const times = (count: number, error: () => Error) => Array.from({ length: count }, error);

describe('an import', () => {
  it('waits out throttling, longer each time', async () => {
    const { create, waits } = setUp(times(6, () => new ServiceError('ThrottlingException')));
    expect(await create()).toEqual(['imported']);
    expect(waits).toHaveLength(6);
    for (const [index, wait] of waits.entries()) expect(wait).toBeLessThanOrEqual(1000 * 2 ** index);
  });

  it('gives up in the end', async () => {
    const { create, attempts } = setUp(times(20, () => new ServiceError('ProvisionedThroughputExceededException')));
    await expect(create()).rejects.toMatchObject({ code: 'unavailable' });
    expect(attempts()).toBe(9);
  });

  it.each(['ValidationException', 'AccessDeniedException', 'ResourceNotFoundException'])(
    'does not wait for what will not pass: %s',
    async (name) => {
      const { create, waits } = setUp([new ServiceError(name)]);
      await expect(create()).rejects.toMatchObject({ code: 'unavailable' });
      expect(waits).toEqual([]);
    },
  );
});
