import { systemClock as clock } from '../core/common/clock.ts';
import { health, jwks } from '../endpoints/wellKnown.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createPublishedKeys } from '../stores/keys/publishedKeys.ts';
import { documentClient } from './wiring/documentClient.ts';

const env = readEnvironment('wellKnown');
const publishedKeys = createPublishedKeys({ client: documentClient(), table: env.tables.publishedKeys });

export const handler = httpHandler(env, {
  health: health({ version: env.version }),
  jwks: jwks({ publishedKeys, keyCacheSeconds: env.keyCacheSeconds, clock }),
});
