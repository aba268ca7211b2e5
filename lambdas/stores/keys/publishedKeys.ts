import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { unavailable } from '../../core/common/errors.ts';
import type { PublishedKeys } from '../../core/keys/ports.ts';
import { readPublishedKeys } from './readPublishedKeys.ts';

export function createPublishedKeys(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}): PublishedKeys {
  return {
    async read() {
      const set = await readPublishedKeys(deps.client, deps.table);
      if (!set) throw unavailable(new Error('no keys are published'));
      return set;
    },
  };
}
