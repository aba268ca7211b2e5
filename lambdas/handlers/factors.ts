import { createWebAuthn } from '../clients/factors/webauthn.ts';
import { createForeignHasher } from '../clients/passwords/foreignHasher.ts';
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
import { createLimitRefunds } from '../stores/limits/limitRefunds.ts';
import { createDevicePairs } from '../stores/sessions/devicePairs.ts';
import { documentClient } from './wiring/documentClient.ts';
import { limiting } from './wiring/limiting.ts';
import { macKeysOf } from './wiring/macKeys.ts';
import { passwordHasher } from './wiring/passwords.ts';

const env = readEnvironment('factors');
const client = documentClient();
const { tables } = env;
const credentialKeys = macKeysOf(env)(env.secrets.credentialKeys);
const deps = {
  ...limiting(env, client),
  limitRefunds: createLimitRefunds({ client, table: tables.limits }),
  hasher: passwordHasher(env, { credentialKeys, foreign: createForeignHasher() }),
  accounts: createAccounts({ client, table: tables.accounts }),
  factors: createFactors({ client, table: tables.factors }),
  devicePairs: createDevicePairs({ client, tables }),
  changes: createFactorChanges({ client, tables }),
  enrolments: createTotpEnrolments({ client, table: tables.grants }),
  webauthn: createWebAuthn(env),
  credentialKeys,
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
