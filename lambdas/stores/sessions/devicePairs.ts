import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { unavailable } from '../../core/common/errors.ts';
import { devicePlaces } from '../../core/sessions/deviceToken.ts';
import type { DevicePairs, KeptDevice } from '../../core/sessions/ports.ts';
import { readItem } from '../dynamo/reads.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { updateItem } from '../dynamo/writes.ts';
import { deviceTakenOver } from '../items/deviceItems.ts';

/** @throws ProblemError `unavailable`. */
export function createDevicePairs(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'sessions' | 'devices'>;
}): DevicePairs {
  const { client, tables } = deps;

  const placesOf = async (sub: string, kept: KeptDevice): Promise<readonly string[]> => {
    if ('device' in kept) return kept.secretHashes.length > 0 ? devicePlaces(kept.device) : [];
    const session = await readItem(client, { table: tables.sessions, key: { sub, sid: kept.sid } });
    const device: unknown = session?.['device_hash'];
    return typeof device === 'string' ? [device] : [];
  };

  return {
    async keep(kept) {
      const { sub, from, to } = kept;
      const secretHashes = 'device' in kept ? kept.secretHashes : undefined;
      for (const device of await placesOf(sub, kept)) {
        try {
          await updateItem(client, deviceTakenOver(tables.devices, { sub, device, secretHashes, from, to }));
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) throw unavailable(error);
        }
      }
    },
  };
}
