import { resumeErasures } from '../flows/accounts/eraseAccount.ts';
import { createLogger } from '../http/telemetry/logger.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createUnfinishedErasures } from '../stores/accounts/unfinishedErasures.ts';
import { documentClient } from './wiring/documentClient.ts';
import { erasing } from './wiring/erasing.ts';

const env = readEnvironment('eraser');
const logger = createLogger();
const client = documentClient();
const deps = erasing(env, client);

/** Finishes, on a schedule, the erasures that were interrupted. */
export async function handler(): Promise<void> {
  const resumed = await resumeErasures({
    ...deps,
    erasures: createUnfinishedErasures({ client, table: env.tables.grants }),
  });
  logger.info('erasures resumed', { resumed });
}
