import type { FactorUse } from '../../core/factors/factorUse.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { factorSetId } from './factorItems.ts';

/**
 * Uses a factor, as a part of the transaction that the proof allows. The code of a time step and a recovery code can be
 * used once, a counter only rises, and a factor that was removed meanwhile cannot be used.
 */
export function factorUse(table: string, sub: string, use: FactorUse): TransactItem {
  switch (use.method) {
    case 'totp':
      return {
        Update: {
          TableName: table,
          Key: { sub, id: use.id },
          UpdateExpression: 'SET last_step = :step',
          ConditionExpression: 'attribute_exists(id) AND last_step < :step',
          ExpressionAttributeValues: { ':step': use.step },
        },
      };
    case 'webauthn':
      return {
        Update: {
          TableName: table,
          Key: { sub, id: use.id },
          UpdateExpression: 'SET #counter = :counter',
          // An authenticator that does not count always says 0.
          ConditionExpression:
            'attribute_exists(id) AND (#counter < :counter OR (#counter = :zero AND :counter = :zero))',
          ExpressionAttributeNames: { '#counter': 'counter' },
          ExpressionAttributeValues: { ':counter': use.counter, ':zero': 0 },
        },
      };
    case 'recovery_code':
      return {
        Update: {
          TableName: table,
          Key: { sub, id: factorSetId },
          UpdateExpression: 'DELETE recovery_codes :used',
          ConditionExpression: 'contains(recovery_codes, :hash)',
          ExpressionAttributeValues: { ':used': new Set([use.hash]), ':hash': use.hash },
        },
      };
  }
}
