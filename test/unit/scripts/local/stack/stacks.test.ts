import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeStack, refuseFailedStacks } from '../../../../../scripts/local/stack/stacks.ts';

let status: string | undefined;
const client = new CloudFormationClient({ region: 'us-east-1' });
beforeEach(() => {
  vi.spyOn(client, 'send').mockImplementation(async () => {
    if (status === undefined)
      throw Object.assign(new Error('Stack with id s does not exist'), { name: 'ValidationError' });
    return { Stacks: [{ StackStatus: status, Outputs: [{ OutputKey: 'Issuer', OutputValue: 'https://localhost' }] }] };
  });
});
afterEach(() => vi.restoreAllMocks());

describe('a stack', () => {
  it.each(['ROLLBACK_COMPLETE', 'CREATE_FAILED', 'UPDATE_ROLLBACK_FAILED', 'DELETE_FAILED', 'CREATE_IN_PROGRESS'])(
    'in the state %s is refused, with the remedy',
    async (state) => {
      status = state;
      await expect(refuseFailedStacks(client, ['s'])).rejects.toThrow(new RegExp(`${state}.*npm run reset`));
    },
  );

  it.each([undefined, 'CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'])(
    'in the state %s can be deployed',
    async (state) => {
      status = state;
      await expect(refuseFailedStacks(client, ['s'])).resolves.toBeUndefined();
    },
  );

  it('that is deleted is none', async () => {
    status = 'DELETE_COMPLETE';
    expect(await describeStack(client, 's')).toBeUndefined();
  });
});
