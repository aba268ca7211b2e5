import { systemClock as clock } from '../core/common/clock.ts';
import { health, jwks } from '../endpoints/wellKnown.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createDocumentClient } from '../stores/dynamo/client.ts';
import { createPublishedKeys } from '../stores/keys/publishedKeys.ts';

const env = readEnvironment('wellKnown');
const publishedKeys = createPublishedKeys({ client: createDocumentClient(), table: env.tables.publishedKeys });

export const handler = httpHandler(env, {
  health: health({ version: env.version }),
  jwks: jwks({ publishedKeys, keyCacheSeconds: env.keyCacheSeconds, clock }),
});
