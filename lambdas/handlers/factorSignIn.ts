import { createWebAuthn } from '../clients/factors/webauthn.ts';
import { createForeignHasher } from '../clients/passwords/foreignHasher.ts';
import { readEnvironment, seconds } from '../config.ts';
import { parseLimits } from '../contract/limits.ts';
import { systemClock as clock } from '../core/common/clock.ts';
import { loginMfa, loginPasskey, loginPasskeyOptions, stepUp } from '../endpoints/signIn.ts';
import { createEndPreviousSession } from '../flows/signIn/endPreviousSession.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { createAccounts } from '../stores/accounts/accounts.ts';
import { createAuditOutbox } from '../stores/audit/auditOutbox.ts';
import { createDocumentClient } from '../stores/dynamo/client.ts';
import { createFactorSignIn } from '../stores/factors/factorSignIn.ts';
import { createFactors } from '../stores/factors/factors.ts';
import { createMfaAttempts } from '../stores/factors/mfaAttempts.ts';
import { createMacKeys } from '../stores/keys/macKeys.ts';
import { createSigningKeys } from '../stores/keys/signingKeys.ts';
import { createLimitCounter } from '../stores/limits/limitCounter.ts';
import { createLimitRefunds } from '../stores/limits/limitRefunds.ts';
import { createSessionReader } from '../stores/sessions/sessionReader.ts';
import { createSessionRevocation } from '../stores/sessions/sessionRevocation.ts';
import { passwordHasher } from './wiring/passwords.ts';
import { factorTables, httpOptions, revocationLifetime, sessionTables, tokenSettings } from './wiring/settings.ts';

const env = readEnvironment('factorSignIn');
const client = createDocumentClient();
const cacheSeconds = seconds(env.KEY_CACHE_SECONDS);
const tables = { ...sessionTables(env), ...factorTables(env) };
const credentialKeys = createMacKeys({ secretId: env.CREDENTIAL_KEYS_SECRET, cacheSeconds, clock });
const accounts = createAccounts({ client, table: tables.accounts });
const revocation = createSessionRevocation({
  client,
  tables: { ...tables, revocations: env.REVOCATIONS_TABLE },
  lifetime: revocationLifetime(env),
});
const deps = {
  accounts,
  sessions: createSessionReader({ client, tables }),
  factors: createFactors({ client, table: tables.factors }),
  attempts: createMfaAttempts({ client, table: tables.grants }),
  signIns: createFactorSignIn({ client, tables }),
  audit: createAuditOutbox({ client, table: tables.auditOutbox }),
  hasher: passwordHasher(env, { credentialKeys, foreign: createForeignHasher() }),
  limits: createLimitCounter({ client, table: env.LIMITS_TABLE, limits: parseLimits(env.LIMITS), clock }),
  limitRefunds: createLimitRefunds({ client, table: env.LIMITS_TABLE }),
  webauthn: createWebAuthn(httpOptions(env)),
  signingKeys: createSigningKeys({ secretId: env.SIGNING_KEYS_SECRET, cacheSeconds, clock }),
  refreshKeys: createMacKeys({ secretId: env.REFRESH_KEYS_SECRET, cacheSeconds, clock }),
  credentialKeys,
  endPreviousSession: createEndPreviousSession({ accounts, revocation, clock }),
  settings: tokenSettings(env),
  clock,
};

export const handler = httpHandler(httpOptions(env), {
  loginMfa: loginMfa(deps),
  loginPasskeyOptions: loginPasskeyOptions(deps),
  loginPasskey: loginPasskey(deps),
  stepUp: stepUp(deps),
});
