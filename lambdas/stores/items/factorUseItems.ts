import type { FactorUse } from '../../core/factors/factorUse.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { factorSetId } from './factorItems.ts';

/**
 * Uses a factor, to be part of the transaction that the proof empowers: a code of a step once, a counter upwards only,
 * a recovery code once, and nothing of a factor that was removed meanwhile.
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
          // An authenticator that does not count says 0 for ever.
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
