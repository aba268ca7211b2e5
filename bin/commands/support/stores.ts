import { systemClock } from '../../../lambdas/core/common/clock.ts';
import type { MacKeys } from '../../../lambdas/core/keys/ports.ts';
import { type TableNames, tableNames } from '../../../lambdas/stores/dynamo/tableNames.ts';
import { createMacKeys } from '../../../lambdas/stores/keys/macKeys.ts';
import type { Deployment } from './deployment.ts';

/** The physical names of a deployment's tables, as stores take them. */
export function tablesOf(deployment: Deployment): TableNames {
  return tableNames((name) => deployment.table(name));
}

/** The keys of one of a deployment's MAC key rings. */
export function macKeys(deployment: Deployment, ring: 'credentialKeys' | 'mailKeys'): MacKeys {
  return createMacKeys({ secretId: deployment.secret(ring), clock: systemClock });
}
