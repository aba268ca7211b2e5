import { readEnvironment, seconds } from '../config.ts';
import { parseLimits } from '../contract/limits.ts';
import { systemClock as clock } from '../core/common/clock.ts';
import { confirmEmail } from '../endpoints/accounts.ts';
import { confirmEmailLink, resetPasswordLink, showMailedLink, submitMailedLink } from '../endpoints/links.ts';
import { forgotPassword, resetPassword } from '../endpoints/passwords.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { createAccounts } from '../stores/accounts/accounts.ts';
import { createEmailChanges } from '../stores/accounts/emailChanges.ts';
import { createAuditOutbox } from '../stores/audit/auditOutbox.ts';
import { createDocumentClient } from '../stores/dynamo/client.ts';
import { createMacKeys } from '../stores/keys/macKeys.ts';
import { createLimitCounter } from '../stores/limits/limitCounter.ts';
import { createPasswordResets } from '../stores/passwords/passwordResets.ts';
import { passwordHasher, passwordPolicy } from './wiring/passwords.ts';
import { httpOptions, revocationLifetime } from './wiring/settings.ts';

const env = readEnvironment('recovery');
const client = createDocumentClient();
const accounts = createAccounts({ client, table: env.ACCOUNTS_TABLE });
const cacheSeconds = seconds(env.KEY_CACHE_SECONDS);
const credentialKeys = createMacKeys({ secretId: env.CREDENTIAL_KEYS_SECRET, cacheSeconds, clock });
const mailKeys = createMacKeys({ secretId: env.MAIL_KEYS_SECRET, cacheSeconds, clock });
const limiting = {
  limits: createLimitCounter({ client, table: env.LIMITS_TABLE, limits: parseLimits(env.LIMITS), clock }),
  audit: createAuditOutbox({ client, table: env.AUDIT_OUTBOX_TABLE }),
  clock,
};
const tables = {
  accounts: env.ACCOUNTS_TABLE,
  grants: env.GRANTS_TABLE,
  revocations: env.REVOCATIONS_TABLE,
  mailOutbox: env.MAIL_OUTBOX_TABLE,
  auditOutbox: env.AUDIT_OUTBOX_TABLE,
};
const resets = createPasswordResets({ client, tables, lifetime: revocationLifetime(env) });
const reset = {
  ...limiting,
  accounts,
  resets,
  hasher: passwordHasher(env, { credentialKeys }),
  passwordPolicy: passwordPolicy(env),
  mailKeys,
  issuer: env.ISSUER,
};
const emailChange = {
  ...limiting,
  accounts,
  emailChanges: createEmailChanges({ client, tables }),
  mailKeys,
  issuer: env.ISSUER,
};

const resetLink = resetPasswordLink(reset);
const confirmLink = confirmEmailLink(emailChange);

export const handler = httpHandler(httpOptions(env), {
  forgotPassword: forgotPassword({ ...limiting, accounts, resets, mailKeys, credentialKeys }),
  resetPassword: resetPassword(reset),
  showResetPage: showMailedLink(resetLink),
  submitResetPage: submitMailedLink(resetLink),
  confirmEmail: confirmEmail(emailChange),
  showConfirmEmailPage: showMailedLink(confirmLink),
  submitConfirmEmailPage: submitMailedLink(confirmLink),
});
