import { createWebAuthn } from '../clients/factors/webauthn.ts';
import {
  addPasskey,
  beginTotp,
  confirmTotp,
  listFactors,
  passkeyOptions,
  removeFactor,
  renameFactor,
  renewRecoveryCodes,
} from '../endpoints/factors.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createAccounts } from '../stores/accounts/accounts.ts';
import { createFactorChanges } from '../stores/factors/factorChanges.ts';
import { createFactors } from '../stores/factors/factors.ts';
import { createTotpEnrolments } from '../stores/factors/totpEnrolments.ts';
import { documentClient } from './wiring/documentClient.ts';
import { limiting } from './wiring/limiting.ts';
import { macKeysOf } from './wiring/macKeys.ts';

const env = readEnvironment('factors');
const client = documentClient();
const { tables } = env;
const deps = {
  ...limiting(env, client),
  accounts: createAccounts({ client, table: tables.accounts }),
  factors: createFactors({ client, table: tables.factors }),
  changes: createFactorChanges({ client, tables }),
  enrolments: createTotpEnrolments({ client, table: tables.grants }),
  webauthn: createWebAuthn(env),
  credentialKeys: macKeysOf(env)(env.secrets.credentialKeys),
  issuer: env.issuer,
};

export const handler = httpHandler(env, {
  listFactors: listFactors(deps),
  renameFactor: renameFactor(deps),
  removeFactor: removeFactor(deps),
  beginTotp: beginTotp(deps),
  confirmTotp: confirmTotp(deps),
  passkeyOptions: passkeyOptions(deps),
  addPasskey: addPasskey(deps),
  renewRecoveryCodes: renewRecoveryCodes(deps),
});
