import { createWebAuthn } from '../clients/factors/webauthn.ts';
import { readEnvironment, seconds } from '../config.ts';
import { systemClock as clock } from '../core/common/clock.ts';
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
import { createAccounts } from '../stores/accounts/accounts.ts';
import { createDocumentClient } from '../stores/dynamo/client.ts';
import { createFactorChanges } from '../stores/factors/factorChanges.ts';
import { createFactors } from '../stores/factors/factors.ts';
import { createTotpEnrolments } from '../stores/factors/totpEnrolments.ts';
import { createMacKeys } from '../stores/keys/macKeys.ts';
import { factorTables, httpOptions } from './wiring/settings.ts';

const env = readEnvironment('factors');
const client = createDocumentClient();
const tables = factorTables(env);
const deps = {
  accounts: createAccounts({ client, table: tables.accounts }),
  factors: createFactors({ client, table: tables.factors }),
  changes: createFactorChanges({ client, tables }),
  enrolments: createTotpEnrolments({ client, table: tables.grants }),
  webauthn: createWebAuthn(httpOptions(env)),
  credentialKeys: createMacKeys({
    secretId: env.CREDENTIAL_KEYS_SECRET,
    cacheSeconds: seconds(env.KEY_CACHE_SECONDS),
    clock,
  }),
  issuer: env.ISSUER,
  clock,
};

export const handler = httpHandler(httpOptions(env), {
  listFactors: listFactors(deps),
  renameFactor: renameFactor(deps),
  removeFactor: removeFactor(deps),
  beginTotp: beginTotp(deps),
  confirmTotp: confirmTotp(deps),
  passkeyOptions: passkeyOptions(deps),
  addPasskey: addPasskey(deps),
  renewRecoveryCodes: renewRecoveryCodes(deps),
});
