import { readEnvironment, seconds } from '../config.ts';
import { health, jwks } from '../endpoints/wellKnown.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { createDocumentClient } from '../stores/dynamo/client.ts';
import { createPublishedKeys } from '../stores/keys/publishedKeys.ts';
import { httpOptions } from './wiring/settings.ts';

const env = readEnvironment('wellKnown');
const publishedKeys = createPublishedKeys({ client: createDocumentClient(), table: env.PUBLISHED_KEYS_TABLE });

export const handler = httpHandler(httpOptions(env), {
  health: health({ version: env.GATEHOUSE_VERSION }),
  jwks: jwks({ publishedKeys, keyCacheSeconds: seconds(env.KEY_CACHE_SECONDS) }),
});
