import { readEnvironment, seconds } from '../config.ts';
import { systemClock as clock } from '../core/clock.ts';
import { forgotPassword } from '../endpoints/forgotPassword.ts';
import { resetPassword } from '../endpoints/resetPassword.ts';
import { showResetPage, submitResetPage } from '../endpoints/resetPasswordPage.ts';
import { httpHandler } from '../middleware/httpHandler.ts';
import { createAccounts } from '../stores/accounts.ts';
import { createAuditOutbox } from '../stores/auditOutbox.ts';
import { createDocumentClient } from '../stores/client.ts';
import { createMacKeys } from '../stores/macKeys.ts';
import { createPasswordResets } from '../stores/passwordResets.ts';
import { passwordHasher, passwordPolicy } from './passwords.ts';
import { httpOptions, revocationLifetime } from './settings.ts';

const env = readEnvironment('recovery');
const client = createDocumentClient();
const accounts = createAccounts({ client, table: env.ACCOUNTS_TABLE });
const cacheSeconds = seconds(env.KEY_CACHE_SECONDS);
const credentialKeys = createMacKeys({ secretId: env.CREDENTIAL_KEYS_SECRET, cacheSeconds, clock });
const mailKeys = createMacKeys({
  secretId: env.MAIL_KEYS_SECRET,
  cacheSeconds: seconds(env.KEY_CACHE_SECONDS),
  clock,
});
const resets = createPasswordResets({
  client,
  tables: {
    accounts: env.ACCOUNTS_TABLE,
    grants: env.GRANTS_TABLE,
    revocations: env.REVOCATIONS_TABLE,
    mailOutbox: env.MAIL_OUTBOX_TABLE,
    auditOutbox: env.AUDIT_OUTBOX_TABLE,
  },
  lifetime: revocationLifetime(env),
});
const reset = {
  accounts,
  resets,
  hasher: passwordHasher(env, { credentialKeys }),
  passwordPolicy: passwordPolicy(env),
  mailKeys,
  issuer: env.ISSUER,
  clock,
};

export const handler = httpHandler(httpOptions(env), {
  forgotPassword: forgotPassword({
    accounts,
    resets,
    audit: createAuditOutbox({ client, table: env.AUDIT_OUTBOX_TABLE }),
    mailKeys,
    clock,
  }),
  resetPassword: resetPassword(reset),
  showResetPage: showResetPage(reset),
  submitResetPage: submitResetPage(reset),
});
