import type { Session } from '../core/session.ts';
import type { TransactItem } from './transaction.ts';

/** A session at rest, schema version 1. */
export interface SessionItem {
  readonly sub: string;
  readonly sid: string;
  readonly schema_version: 1;
  readonly client_id: string;
  readonly status: 'active' | 'revoked';
  readonly generation: number;
  readonly secret_hash: string;
  readonly refresh_kid: string;
  readonly epoch: number;
  readonly scope: string;
  readonly amr: string[];
  readonly acr: string;
  readonly auth_time: number;
  readonly created_at: number;
  readonly last_used_at: number;
  readonly idle_expires_at: number;
  readonly absolute_expires_at: number;
  readonly rotated_at_ms: number;
  readonly ip: string;
  readonly user_agent: string;
  /** Deleted by DynamoDB some time after this epoch second; until the longest-lived token is dead, a reuse is still seen. */
  readonly ttl: number;
}

function sessionToItem(session: Session): SessionItem {
  return {
    sub: session.sub,
    sid: session.sid,
    schema_version: 1,
    client_id: session.clientId,
    status: session.status,
    generation: session.generation,
    secret_hash: session.secretHash,
    refresh_kid: session.refreshKid,
    epoch: session.epoch,
    scope: session.scope,
    amr: [...session.amr],
    acr: session.acr,
    auth_time: session.authTime,
    created_at: session.createdAt,
    last_used_at: session.lastUsedAt,
    idle_expires_at: session.idleExpiresAt,
    absolute_expires_at: session.absoluteExpiresAt,
    rotated_at_ms: session.rotatedAtMs,
    ip: session.ip,
    user_agent: session.userAgent,
    ttl: session.absoluteExpiresAt,
  };
}

export function sessionFromItem(item: SessionItem): Session {
  return {
    sub: item.sub,
    sid: item.sid,
    clientId: item.client_id,
    status: item.status,
    generation: item.generation,
    secretHash: item.secret_hash,
    refreshKid: item.refresh_kid,
    epoch: item.epoch,
    scope: item.scope,
    amr: item.amr,
    acr: item.acr,
    authTime: item.auth_time,
    createdAt: item.created_at,
    lastUsedAt: item.last_used_at,
    idleExpiresAt: item.idle_expires_at,
    absoluteExpiresAt: item.absolute_expires_at,
    rotatedAtMs: item.rotated_at_ms,
    ip: item.ip,
    userAgent: item.user_agent,
  };
}

export function sessionPut(table: string, session: Session): TransactItem {
  return {
    Put: { TableName: table, Item: { ...sessionToItem(session) }, ConditionExpression: 'attribute_not_exists(sid)' },
  };
}

/** Revokes a session on condition that it is active; `secretHash`, where given, must be the session's too. */
export function sessionRevocation(
  table: string,
  { sub, sid, secretHash }: { sub: string; sid: string; secretHash?: string | undefined },
): TransactItem {
  return {
    Update: {
      TableName: table,
      Key: { sub, sid },
      UpdateExpression: 'SET #status = :revoked',
      ConditionExpression: `#status = :active${secretHash === undefined ? '' : ' AND secret_hash = :hash'}`,
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':active': 'active',
        ':revoked': 'revoked',
        ...(secretHash !== undefined && { ':hash': secretHash }),
      },
    },
  };
}
