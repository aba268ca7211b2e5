import { createForeignHasher } from '../clients/passwords/foreignHasher.ts';
import { errorNames } from '../core/common/errors.ts';
import { login } from '../endpoints/signIn.ts';
import { createRehash } from '../flows/signIn/rehashPassword.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { createLogger } from '../http/telemetry/logger.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createLimitRefunds } from '../stores/limits/limitRefunds.ts';
import { createPasswordHashes } from '../stores/passwords/passwordHashes.ts';
import { createAccountsOnDevices } from '../stores/sessions/accountsOnDevices.ts';
import { createEmailHints } from '../stores/sessions/emailHints.ts';
import { createSessionStarts } from '../stores/sessions/sessionStarts.ts';
import { documentClient } from './wiring/documentClient.ts';
import { issuing } from './wiring/issuing.ts';
import { passwordHasher } from './wiring/passwords.ts';

const env = readEnvironment('signIn');
const client = documentClient();
const { tables } = env;
const logger = createLogger();
const issued = issuing(env, client);
const hasher = passwordHasher(env, { credentialKeys: issued.credentialKeys, foreign: createForeignHasher() });

export const handler = httpHandler(env, {
  login: login({
    ...issued,
    accountsOnDevices: createAccountsOnDevices({ client, tables }),
    emailHints: createEmailHints({ client, table: tables.accounts }),
    sessions: createSessionStarts({ client, tables }),
    hasher,
    rehash: createRehash({
      hasher,
      passwordHashes: createPasswordHashes({ client, tables }),
      clock: issued.clock,
      failed: (error) => logger.warn('password not rehashed', { error: errorNames(error) }),
    }),
    limitRefunds: createLimitRefunds({ client, table: tables.limits }),
  }),
});
