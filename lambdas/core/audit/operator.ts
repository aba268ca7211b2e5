import type { AuditEvent, AuditEventType } from '../../contract/auditEvents.ts';
import { auditEvent } from './auditEvent.ts';

/** A person or a job that administers the deployment with AWS credentials. */
export interface Operator {
  /** ARN of the AWS principal. */
  readonly arn: string;
}

/** The event of what an operator did to an account or a session. */
export function operatorEvent(input: {
  readonly type: AuditEventType;
  readonly operator: Operator;
  readonly target: AuditEvent['target'];
  readonly nowMs: number;
  readonly reason?: string;
  readonly tenantId?: string;
  readonly details?: AuditEvent['details'];
}): AuditEvent {
  return auditEvent({
    type: input.type,
    nowMs: input.nowMs,
    actor: { type: 'operator', id: input.operator.arn },
    target: input.target,
    outcome: 'success',
    ...(input.reason !== undefined && { reason: input.reason }),
    ...(input.tenantId !== undefined && { tenant_id: input.tenantId }),
    ...(input.details !== undefined && { details: input.details }),
  });
}
