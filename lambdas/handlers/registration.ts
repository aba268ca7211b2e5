import { readEnvironment, seconds } from '../config.ts';
import { parseLimits } from '../contract/limits.ts';
import { systemClock as clock } from '../core/common/clock.ts';
import { register, verifyEmail } from '../endpoints/accounts.ts';
import { showMailedLink, submitMailedLink, verifyEmailLink } from '../endpoints/links.ts';
import { createEndPreviousSession } from '../flows/signIn/endPreviousSession.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { createAccounts } from '../stores/accounts/accounts.ts';
import { createRegistrations } from '../stores/accounts/registrations.ts';
import { createAuditOutbox } from '../stores/audit/auditOutbox.ts';
import { createDocumentClient } from '../stores/dynamo/client.ts';
import { createMacKeys } from '../stores/keys/macKeys.ts';
import { createSigningKeys } from '../stores/keys/signingKeys.ts';
import { createLimitCounter } from '../stores/limits/limitCounter.ts';
import { createSessionRevocation } from '../stores/sessions/sessionRevocation.ts';
import { passwordHasher, passwordPolicy } from './wiring/passwords.ts';
import { httpOptions, revocationLifetime, sessionTables, tokenSettings } from './wiring/settings.ts';

const env = readEnvironment('registration');
const client = createDocumentClient();
const cacheSeconds = seconds(env.KEY_CACHE_SECONDS);
const mailKeys = createMacKeys({ secretId: env.MAIL_KEYS_SECRET, cacheSeconds, clock });
const credentialKeys = createMacKeys({ secretId: env.CREDENTIAL_KEYS_SECRET, cacheSeconds, clock });
const limiting = {
  limits: createLimitCounter({ client, table: env.LIMITS_TABLE, limits: parseLimits(env.LIMITS), clock }),
  audit: createAuditOutbox({ client, table: env.AUDIT_OUTBOX_TABLE }),
  clock,
};
const accounts = createAccounts({ client, table: env.ACCOUNTS_TABLE });
const registrations = createRegistrations({
  client,
  tables: { ...sessionTables(env), mailOutbox: env.MAIL_OUTBOX_TABLE },
});
const revocation = createSessionRevocation({
  client,
  tables: { ...sessionTables(env), revocations: env.REVOCATIONS_TABLE },
  lifetime: revocationLifetime(env),
});
const verification = {
  ...limiting,
  registrations,
  hasher: passwordHasher(env, { credentialKeys }),
  passwordPolicy: passwordPolicy(env),
  mailKeys,
  credentialKeys,
  signingKeys: createSigningKeys({ secretId: env.SIGNING_KEYS_SECRET, cacheSeconds, clock }),
  refreshKeys: createMacKeys({ secretId: env.REFRESH_KEYS_SECRET, cacheSeconds, clock }),
  defaultTenant: env.DEFAULT_TENANT,
  endPreviousSession: createEndPreviousSession({ accounts, revocation, clock }),
  settings: tokenSettings(env),
  issuer: env.ISSUER,
};
const link = verifyEmailLink(verification);

export const handler = httpHandler(httpOptions(env), {
  register: register({
    accounts,
    registrations,
    mailKeys,
    credentialKeys,
    ...limiting,
  }),
  verifyEmail: verifyEmail(verification),
  showVerifyEmailPage: showMailedLink(link),
  submitVerifyEmailPage: submitMailedLink(link),
});
