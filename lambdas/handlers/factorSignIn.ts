import { createWebAuthn } from '../clients/factors/webauthn.ts';
import { createForeignHasher } from '../clients/passwords/foreignHasher.ts';
import { loginMfa, loginPasskey, loginPasskeyOptions, stepUp } from '../endpoints/signIn.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createFactorSignIn } from '../stores/factors/factorSignIn.ts';
import { createFactors } from '../stores/factors/factors.ts';
import { createMfaAttempts } from '../stores/factors/mfaAttempts.ts';
import { createLimitRefunds } from '../stores/limits/limitRefunds.ts';
import { createNotices } from '../stores/mail/notices.ts';
import { createAccountsOnDevices } from '../stores/sessions/accountsOnDevices.ts';
import { createSessionReader } from '../stores/sessions/sessionReader.ts';
import { documentClient } from './wiring/documentClient.ts';
import { issuing } from './wiring/issuing.ts';
import { passwordHasher } from './wiring/passwords.ts';

const env = readEnvironment('factorSignIn');
const client = documentClient();
const { tables } = env;
const issued = issuing(env, client);
const deps = {
  ...issued,
  accountsOnDevices: createAccountsOnDevices({ client, tables }),
  sessions: createSessionReader({ client, tables }),
  factors: createFactors({ client, table: tables.factors }),
  attempts: createMfaAttempts({ client, table: tables.grants }),
  signIns: createFactorSignIn({ client, tables }),
  hasher: passwordHasher(env, { credentialKeys: issued.credentialKeys, foreign: createForeignHasher() }),
  limitRefunds: createLimitRefunds({ client, table: tables.limits }),
  notices: createNotices({ client, table: tables.mailOutbox }),
  webauthn: createWebAuthn(env),
};

export const handler = httpHandler(env, {
  loginMfa: loginMfa(deps),
  loginPasskeyOptions: loginPasskeyOptions(deps),
  loginPasskey: loginPasskey(deps),
  stepUp: stepUp(deps),
});
