import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { WindowLimit } from '../../contract/limits.ts';
import type { Account } from '../../core/accounts/account.ts';
import { unavailable } from '../../core/common/errors.ts';
import type { LimitRefusal } from '../../core/limits/rateLimited.ts';
import { rotationMarks, rotationRetryAfter } from '../../core/limits/rotationMarks.ts';
import type { RefreshRotation, RotationOutcome, RotationRequest } from '../../core/sessions/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { transact } from '../dynamo/transaction.ts';
import { accountFromItem } from '../items/accountItems.ts';
import { accountCheck, accountIsActive, accountIsOfEpoch, accountIsOfTenant } from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { markedAtMs, sessionFromItem } from '../items/sessionItems.ts';
import { rotationUpdate } from '../items/sessionWrites.ts';

/** @param deps.limit how often a session may be rotated: `refreshPerSession` */
export function createRefreshRotation(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'sessions' | 'auditOutbox'>;
  readonly limit: WindowLimit;
}): RefreshRotation {
  const { client, tables, limit } = deps;

  /** @returns the account's tenant where nothing else kept the session from being rotated */
  const attempt = async (
    request: RotationRequest,
    tenantId: string,
  ): Promise<RotationOutcome | { readonly otherTenant: string }> => {
    const outcome = await transact(client, [
      rotationUpdate(tables.sessions, request, limit),
      accountCheck(tables.accounts, request.sub, [
        accountIsActive,
        accountIsOfEpoch(request.epoch),
        accountIsOfTenant(tenantId),
      ]),
      auditEventPut(tables.auditOutbox, request.event(tenantId)),
    ]);
    if (outcome.committed) return { rotated: true };
    const failureOf = (item: number) => outcome.failed.find(({ index }) => index === item);
    const [ofSession, ofAccount] = [failureOf(0), failureOf(1)];
    const account = ofAccount?.item && accountFromItem(ofAccount.item);
    const isOfTenant = !account || account.tenantId === tenantId;
    const accountHolds = !ofAccount || (!isOfTenant && holds(account, request));
    if (!ofSession && accountHolds && !isOfTenant) return { otherTenant: account.tenantId };
    const before = ofSession?.item;
    return {
      rotated: false,
      session: before && sessionFromItem(before),
      accountHolds,
      refusal: before && refusalOf(before, request, limit),
    };
  };

  return {
    async rotate(request) {
      const first = await attempt(request, request.tenantId);
      if (!('otherTenant' in first)) return first;
      const second = await attempt(request, first.otherTenant);
      if ('otherTenant' in second) throw unavailable(new Error('the account has gone to another tenant meanwhile'));
      return second;
    },
  };
}

function holds(account: Account, { epoch }: RotationRequest): boolean {
  return account.status === 'active' && account.sessionEpoch === epoch;
}

/** Says of the item what `rotationUpdate` asks of it. */
function refusalOf(
  before: Readonly<Record<string, unknown>>,
  { generation, nowMs }: RotationRequest,
  limit: WindowLimit,
): LimitRefusal | undefined {
  const { looked } = rotationMarks(limit, generation + 1);
  const atMs = looked && markedAtMs(before, looked);
  if (atMs === undefined || atMs <= nowMs - limit.windowSeconds * 1000) return undefined;
  return {
    limit: 'refreshPerSession',
    quota: limit.maximum,
    windowSeconds: limit.windowSeconds,
    retryAfterSeconds: rotationRetryAfter(limit, atMs, nowMs),
  };
}
