import type { SecretVersions } from '../../core/keys/ports.ts';
import { parseRotationEvent } from '../../core/keys/rotationEvent.ts';
import { type RingStrategy, rotateSecret } from '../../flows/keys/rotateSecret.ts';
import { createLogger } from '../../http/telemetry/logger.ts';

export interface RotationDeps {
  /** The one secret this Lambda rotates, as Secrets Manager names it: its ARN. */
  readonly secretId: string;
  readonly versions: SecretVersions;
  readonly strategy: RingStrategy;
}

/** A Lambda that does one step of a rotation at each call, for Secrets Manager or for an operator. */
export function createRotationHandler(deps: RotationDeps): (event: unknown) => Promise<void> {
  const logger = createLogger();
  return async (event) => {
    const rotation = parseRotationEvent(event, deps.secretId);
    await rotateSecret(rotation, deps);
    logger.info('rotation step done', { ...rotation });
  };
}
