import { createSecretKey, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { createPasswordHasher, type PasswordHasherOptions } from '../../../lambdas/clients/passwords/passwordHasher.ts';
import { ordinaryLimits } from '../../../lambdas/contract/limits.ts';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import type { RequestSource } from '../../../lambdas/core/common/requestSource.ts';
import type { MacKey } from '../../../lambdas/core/keys/macKeyRing.ts';
import type { SigningKey } from '../../../lambdas/core/keys/signingKey.ts';
import { createPasswordPolicy } from '../../../lambdas/core/passwords/passwordPolicy.ts';
import { passwordAuthentication } from '../../../lambdas/core/sessions/authentication.ts';
import type { DevicePair } from '../../../lambdas/core/sessions/devicePair.ts';
import type { TokenSettings } from '../../../lambdas/core/sessions/issuedTokens.ts';
import { beginSession } from '../../../lambdas/core/sessions/newSession.ts';
import type { Principal } from '../../../lambdas/core/sessions/principal.ts';
import { firstPartyClientId, newSessionId, type Session } from '../../../lambdas/core/sessions/session.ts';
import { createAccountImports } from '../../../lambdas/stores/accounts/accountImports.ts';
import { createAccounts } from '../../../lambdas/stores/accounts/accounts.ts';
import { createEmailChangeRequests, createEmailChanges } from '../../../lambdas/stores/accounts/emailChanges.ts';
import { createEmailUndos } from '../../../lambdas/stores/accounts/emailUndos.ts';
import { createFormerAddresses } from '../../../lambdas/stores/accounts/formerAddresses.ts';
import { createRegistrations } from '../../../lambdas/stores/accounts/registrations.ts';
import { createAuditOutbox } from '../../../lambdas/stores/audit/auditOutbox.ts';
import { tableNames } from '../../../lambdas/stores/dynamo/tableNames.ts';
import { createFactors } from '../../../lambdas/stores/factors/factors.ts';
import { createLimitCounter } from '../../../lambdas/stores/limits/limitCounter.ts';
import { createLimitRefunds } from '../../../lambdas/stores/limits/limitRefunds.ts';
import { createPasswordChanges } from '../../../lambdas/stores/passwords/passwordChanges.ts';
import { createPasswordHashes } from '../../../lambdas/stores/passwords/passwordHashes.ts';
import { createPasswordResets } from '../../../lambdas/stores/passwords/passwordResets.ts';
import { createAccountsOnDevices } from '../../../lambdas/stores/sessions/accountsOnDevices.ts';
import { createDevicePairs } from '../../../lambdas/stores/sessions/devicePairs.ts';
import { createEmailHints } from '../../../lambdas/stores/sessions/emailHints.ts';
import { createRefreshRotation } from '../../../lambdas/stores/sessions/refreshRotation.ts';
import { createSessionReader } from '../../../lambdas/stores/sessions/sessionReader.ts';
import { createSessionRevocation } from '../../../lambdas/stores/sessions/sessionRevocation.ts';
import { createSessionStarts } from '../../../lambdas/stores/sessions/sessionStarts.ts';
import { createSessions } from '../../../lambdas/stores/sessions/sessions.ts';
import type { TestDatabase } from '../database/dynamodb.ts';
import { knownDeviceOf } from '../fakes/memoryDevices.ts';

export const settings: TokenSettings = {
  issuer: 'https://auth.example',
  audience: 'https://auth.example/api',
  accessTokenTtlSeconds: 900,
  refreshIdleTtlSeconds: 7 * 86_400,
  refreshAbsoluteTtlSeconds: 30 * 86_400,
};

export const from: RequestSource = { ip: '192.0.2.1', userAgent: 'test', requestId: 'request-1' };

/** The policy's rules, without the list. */
export const passwordPolicy = createPasswordPolicy({
  minimumLength: 15,
  commonPasswords: { includes: async () => false },
});

/** A clock that stands still until it is set. */
export function manualClock(startMs = Date.now()) {
  let nowMs = startMs;
  const clock = () => nowMs;
  return Object.assign(clock, {
    advance(ms: number) {
      nowMs += ms;
    },
  });
}

export function testMacKey(): MacKey {
  return { kid: randomBytes(8).toString('hex'), key: createSecretKey(randomBytes(32)) };
}

/** A ring that knows the keys, of which the first is current. */
export function testMacKeys(current: MacKey = testMacKey(), ...others: MacKey[]) {
  return {
    current: async () => current,
    find: async (kid: string) => [current, ...others].find((key) => key.kid === kid),
    all: async () => [current, ...others],
  };
}

/** As the Lambdas wire it, under a pepper of its own. */
export function testHasher(options: Partial<PasswordHasherOptions> = {}) {
  return createPasswordHasher({ pepper: { keys: testMacKeys(), applies: true }, ...options });
}

export function testSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { kid: randomBytes(8).toString('hex'), algorithm: 'ES256', privateKey };
}

export function testAccount(change: Partial<Account> = {}): Account {
  const sub = randomUUID();
  return {
    sub,
    email: `${sub}@example.com`,
    normalizedEmail: `${sub}@example.com`,
    emailVerified: true,
    passwordHash: 'hash',
    factorMethods: [],
    credentialsChangedAt: 1,
    status: 'active',
    roles: ['member'],
    tenantId: 'acme',
    sessionEpoch: 0,
    tokenCut: 0,
    createdAt: 1,
    updatedAt: 1,
    ...change,
  };
}

/** Who is signed in, as an access token of a first-party client says it. */
export function testPrincipal(change: Partial<Principal> = {}): Principal {
  return {
    sub: 'sub',
    sid: newSessionId(0),
    jti: 'jti',
    clientId: firstPartyClientId,
    scope: 'account',
    roles: [],
    tenantId: 'acme',
    authTime: 1,
    amr: ['pwd'],
    acr: 'aal1',
    via: 'access_token',
    issuedAt: 1,
    expiresAt: 901,
    ...change,
  };
}

/** A session of the account, begun in the 1,000th second of the epoch. */
export function testSession(account: Account): Session {
  const begun = { account, authentication: passwordAuthentication, delivery: 'body', from, now: 1000 } as const;
  return beginSession({ ...begun, key: testMacKey(), settings }).session;
}

/** The pair of a session's account and of a device that nobody else uses. */
export function testPair(session: Pick<Session, 'sub' | 'createdAt'>, change: Partial<DevicePair> = {}): DevicePair {
  const account = { sub: session.sub, credentialsChangedAt: 1 };
  return { ...knownDeviceOf(account, session.createdAt).pair, ...change };
}

/** The stores of a database, and keys, as the handlers wire them. */
export function createWorld(database: TestDatabase, clock: ReturnType<typeof manualClock>) {
  const { client } = database;
  const tables = tableNames((name) => database.tables[name]);
  const lifetime = { accessTokenTtlSeconds: settings.accessTokenTtlSeconds, clockLeewaySeconds: 5 };
  const macKey = testMacKey();
  const signingKey = testSigningKey();
  return {
    client,
    tables,
    clock,
    settings,
    macKey,
    signingKey,
    accounts: createAccounts({ client, table: tables.accounts }),
    imports: createAccountImports({ client, tables }),
    accountsOnDevices: createAccountsOnDevices({ client, tables }),
    emailHints: createEmailHints({ client, table: tables.accounts }),
    devicePairs: createDevicePairs({ client, tables }),
    passwordHashes: createPasswordHashes({ client, tables }),
    sessions: {
      ...createSessions({ client, tables }),
      ...createSessionStarts({ client, tables }),
      ...createSessionReader({ client, tables }),
    },
    registrations: createRegistrations({ client, tables }),
    rotation: createRefreshRotation({ client, tables, limit: ordinaryLimits.refreshPerSession }),
    revocation: createSessionRevocation({ client, tables, lifetime }),
    resets: createPasswordResets({ client, tables, lifetime }),
    limits: createLimitCounter({ client, table: database.tables.Limits, limits: ordinaryLimits, clock }),
    onMailWithheld: () => {},
    limitRefunds: createLimitRefunds({ client, table: database.tables.Limits }),
    changes: createPasswordChanges({ client, tables, lifetime }),
    emailChangeRequests: createEmailChangeRequests({ client, tables }),
    emailChanges: createEmailChanges({ client, tables }),
    formerAddresses: createFormerAddresses({ client, table: tables.accounts }),
    undos: createEmailUndos({ client, tables, lifetime }),
    factors: createFactors({ client, table: tables.factors }),
    audit: createAuditOutbox({ client, table: tables.auditOutbox }),
    signingKeys: { current: async () => signingKey },
    macKeys: testMacKeys(macKey),
  };
}

export type World = ReturnType<typeof createWorld>;
