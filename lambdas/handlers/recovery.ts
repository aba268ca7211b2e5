import { createForeignHasher } from '../clients/passwords/foreignHasher.ts';
import { confirmEmail, undoEmail } from '../endpoints/accounts.ts';
import {
  confirmEmailLink,
  refusalPage,
  resetPasswordLink,
  showMailedLink,
  submitMailedLink,
  undoEmailLink,
} from '../endpoints/links.ts';
import { forgotPassword, resetPassword } from '../endpoints/passwords.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createAccounts } from '../stores/accounts/accounts.ts';
import { createEmailChanges } from '../stores/accounts/emailChanges.ts';
import { createEmailUndos } from '../stores/accounts/emailUndos.ts';
import { createFormerAddresses } from '../stores/accounts/formerAddresses.ts';
import { createFactors } from '../stores/factors/factors.ts';
import { createLimitRefunds } from '../stores/limits/limitRefunds.ts';
import { createPasswordResets } from '../stores/passwords/passwordResets.ts';
import { createAccountsOnDevices } from '../stores/sessions/accountsOnDevices.ts';
import { createDevicePairs } from '../stores/sessions/devicePairs.ts';
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
  devicePairs: createDevicePairs({ client, tables }),
  mailKeys: macKeys(secrets.mailKeys),
  issuer,
};
const reset = {
  ...mailed,
  resets: createPasswordResets({ client, tables, lifetime: revocationLifetime(env) }),
  hasher: passwordHasher(env, { credentialKeys }),
  passwordPolicy: passwordPolicy(env),
};
const formerAddresses = createFormerAddresses({ client, table: tables.accounts });
const emailChange = {
  ...mailed,
  emailChanges: createEmailChanges({ client, tables }),
  formerAddresses,
  limitRefunds: createLimitRefunds({ client, table: tables.limits }),
  hasher: passwordHasher(env, { credentialKeys, foreign: createForeignHasher() }),
};
const undo = {
  ...reset,
  formerAddresses,
  undos: createEmailUndos({ client, tables, lifetime: env }),
  factors: createFactors({ client, table: tables.factors }),
};
const resetLink = resetPasswordLink(reset);
const confirmLink = confirmEmailLink(emailChange);
const undoLink = undoEmailLink(undo);

export const handler = httpHandler(
  env,
  {
    forgotPassword: forgotPassword({
      ...reset,
      accountsOnDevices: createAccountsOnDevices({ client, tables }),
      credentialKeys,
    }),
    resetPassword: resetPassword(reset),
    showResetPage: showMailedLink(resetLink),
    submitResetPage: submitMailedLink(resetLink),
    confirmEmail: confirmEmail(emailChange),
    showConfirmEmailPage: showMailedLink(confirmLink),
    submitConfirmEmailPage: submitMailedLink(confirmLink),
    undoEmail: undoEmail(undo),
    showUndoEmailPage: showMailedLink(undoLink),
    submitUndoEmailPage: submitMailedLink(undoLink),
  },
  refusalPage(env),
);
