import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { deriveMailToken } from '../../../lambdas/core/mail/mailToken.ts';
import type { Principal } from '../../../lambdas/core/sessions/principal.ts';
import type { Session } from '../../../lambdas/core/sessions/session.ts';
import { requestEmailChange } from '../../../lambdas/flows/accounts/requestEmailChange.ts';
import { changePassword } from '../../../lambdas/flows/passwords/changePassword.ts';
import { createAccountAdministration } from '../../../lambdas/stores/accounts/accountAdministration.ts';
import { testEvent } from './auditWorld.ts';
import { type StoreBench, storeContract } from './storeContract.ts';
import { from, passwordPolicy, testAccount, testPair, testPrincipal } from './world.ts';

/** Of every account that the bench makes. */
export const password = 'the old one of the account';

/** The flows by which subjects change their own accounts, on the stores of one database. */
export type OwnAccountBench = ReturnType<typeof ownAccountBench>;

/** Promises of those flows and of what they write. */
export function ownAccountContract(promises: (bench: OwnAccountBench) => void): void {
  storeContract('what a subject changes of the own account', (stores) => promises(ownAccountBench(stores)));
}

/** The principal of an access token that a session has just been given. */
export const principalOf = (session: Session, changed: Partial<Principal> = {}): Principal => {
  const { sub, sid, clientId, scope, authTime, amr, acr } = session;
  const issued = { issuedAt: authTime, expiresAt: authTime + 900 };
  return testPrincipal({ sub, sid, clientId, scope, authTime, amr, acr, ...issued, ...changed });
};

export function ownAccountBench(bench: StoreBench) {
  const { clock } = bench;
  const hasher = {
    hash: async (text: string) => `#${text}`,
    verify: async (hash: string | undefined, text: string) => hash === `#${text}`,
  };
  const deps = () => ({
    ...bench.world,
    mailKeys: bench.world.macKeys,
    credentialKeys: bench.world.macKeys,
    hasher,
    passwordPolicy,
  });
  const change = (
    principal: Principal,
    newPassword = 'an entirely new password',
    currentPassword = password,
    other: Partial<ReturnType<typeof deps>> = {},
  ) => changePassword({ ...deps(), ...other }, principal, { currentPassword, newPassword, from });
  const requestChange = (principal: Principal, newEmail: string, currentPassword: string | undefined = password) =>
    requestEmailChange({ ...deps(), emailChanges: bench.world.emailChangeRequests }, principal, {
      newEmail,
      currentPassword,
      from,
    });

  async function newAccount(changed: Partial<Account> = {}): Promise<Account> {
    const account = testAccount({ passwordHash: `#${password}`, ...changed });
    const administration = createAccountAdministration({
      client: bench.database.client,
      tables: bench.world.tables,
      lifetime: { accessTokenTtlSeconds: 900, clockLeewaySeconds: 5 },
    });
    await administration.create({ account, event: testEvent() });
    return account;
  }

  async function startSession(account: Account): Promise<Session> {
    const { session } = bench.newSession(account);
    const { credentialsChangedAt } = account;
    await bench.world.sessions.start({ session, pair: testPair(session), credentialsChangedAt, event: testEvent() });
    return session;
  }

  const active = async (sub: string) =>
    (await bench.world.sessions.list(sub)).filter(({ status }) => status === 'active').map(({ sid }) => sid);
  const eventsOf = async (sub: string, type: string) =>
    (await bench.database.items('AuditOutbox'))
      .map(({ event }) => JSON.parse(String(event)))
      .filter((event) => event.type === type && event.target.id === sub);
  const jobs = async () => await bench.database.items('MailOutbox');

  /** The token that was mailed to an address last. */
  async function confirmationOf(email: string, sub: string): Promise<string> {
    const mailed = (await jobs()).filter(({ to, template }) => to === email && template === 'confirm-email');
    const job = mailed.sort((a, b) => Number(b['expires_at']) - Number(a['expires_at']))[0];
    const claims = { nonce: String(job?.['nonce']), expiresAt: Number(job?.['expires_at']) };
    return deriveMailToken('confirm-email', { email, sub, ...claims }, bench.world.macKey);
  }

  return {
    clock,
    deps,
    change,
    requestChange,
    newAccount,
    startSession,
    begin: bench.startSession,
    refresh: bench.refresh,
    principalOf,
    active,
    eventsOf,
    jobs,
    confirmationOf,
    get database() {
      return bench.database;
    },
    get world() {
      return bench.world;
    },
  };
}
