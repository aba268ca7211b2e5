import { confirmEmail } from '../endpoints/accounts.ts';
import { confirmEmailLink, resetPasswordLink, showMailedLink, submitMailedLink } from '../endpoints/links.ts';
import { forgotPassword, resetPassword } from '../endpoints/passwords.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createAccounts } from '../stores/accounts/accounts.ts';
import { createEmailChanges } from '../stores/accounts/emailChanges.ts';
import { createPasswordResets } from '../stores/passwords/passwordResets.ts';
import { documentClient } from './wiring/documentClient.ts';
import { limiting } from './wiring/limiting.ts';
import { macKeysOf } from './wiring/macKeys.ts';
import { passwordHasher, passwordPolicy } from './wiring/passwords.ts';
import { revocationLifetime } from './wiring/settings.ts';

const env = readEnvironment('recovery');
const client = documentClient();
const { tables, secrets, issuer } = env;
const macKeys = macKeysOf(env);
const credentialKeys = macKeys(secrets.credentialKeys);
const mailed = {
  ...limiting(env, client),
  accounts: createAccounts({ client, table: tables.accounts }),
  mailKeys: macKeys(secrets.mailKeys),
  issuer,
};
const reset = {
  ...mailed,
  resets: createPasswordResets({ client, tables, lifetime: revocationLifetime(env) }),
  hasher: passwordHasher(env, { credentialKeys }),
  passwordPolicy: passwordPolicy(env),
};
const emailChange = { ...mailed, emailChanges: createEmailChanges({ client, tables }) };
const resetLink = resetPasswordLink(reset);
const confirmLink = confirmEmailLink(emailChange);

export const handler = httpHandler(env, {
  forgotPassword: forgotPassword({ ...reset, credentialKeys }),
  resetPassword: resetPassword(reset),
  showResetPage: showMailedLink(resetLink),
  submitResetPage: submitMailedLink(resetLink),
  confirmEmail: confirmEmail(emailChange),
  showConfirmEmailPage: showMailedLink(confirmLink),
  submitConfirmEmailPage: submitMailedLink(confirmLink),
});
