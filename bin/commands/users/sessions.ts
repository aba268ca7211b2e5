import type { Command } from 'commander';
import { epochSeconds } from '../../../lambdas/core/common/clock.ts';
import { isLive } from '../../../lambdas/core/sessions/session.ts';
import { revokeAllSessions, revokeSession } from '../../../lambdas/flows/sessions/revokeSessions.ts';
import { CliError } from '../support/cliError.ts';
import { contextOf } from '../support/globals.ts';
import { callerIdentity } from '../support/operator.ts';
import { instant, table } from '../support/output.ts';
import { openStores } from './stores.ts';

export function addSessionCommands(users: Command): void {
  users
    .command('sessions')
    .description('shows the live sessions of an account, the last used first')
    .argument('<user>', 'address or sub')
    .option('--all', 'those that have ended too, as long as they are kept')
    .addHelpText('after', '\nExamples:\n  $ npx gatehouse users sessions ada@example.com')
    .action(async (user: string, { all }: { all?: true }, command: Command) => {
      const { output, deployment } = contextOf(command);
      const stores = openStores(await deployment());
      const account = await stores.account(user);
      const now = epochSeconds(stores.clock);
      const views = (await stores.sessionList.list(account.sub))
        .toSorted((a, b) => b.lastUsedAt - a.lastUsedAt)
        .map((session) => ({
          sid: session.sid,
          live: account.status === 'active' && isLive(session, now) && session.epoch === account.sessionEpoch,
          client_id: session.clientId,
          created_at: instant(session.createdAt),
          last_used_at: instant(session.lastUsedAt),
          expires_at: instant(Math.min(session.idleExpiresAt, session.absoluteExpiresAt)),
          ip: session.ip,
          user_agent: session.userAgent,
        }))
        .filter(({ live }) => all || live);
      await output.result(views, () =>
        views.length === 0
          ? `${account.email} has no ${all ? '' : 'live '}sessions`
          : table({
              head: ['sid', 'live', 'last used', 'created', 'ip', 'user agent'],
              rows: views.map((one) => [
                one.sid,
                one.live ? 'yes' : 'no',
                one.last_used_at,
                one.created_at,
                one.ip,
                one.user_agent.slice(0, 60),
              ]),
            }),
      );
    });

  users
    .command('revoke')
    .description('ends all sessions of an account, or one; it may sign in again')
    .argument('<user>', 'address or sub')
    .option('--session <sid>', 'only this one')
    .addHelpText(
      'after',
      `
Examples:
  $ npx gatehouse users revoke ada@example.com
  $ npx gatehouse users revoke ada@example.com --session SID`,
    )
    .action(async (user: string, { session: sid }: { session?: string }, command: Command) => {
      const { output, deployment } = contextOf(command);
      const stores = openStores(await deployment());
      const [account, operator] = await Promise.all([stores.account(user), callerIdentity()]);
      const revoked = await (sid === undefined
        ? revokeAllSessions(stores, account, operator)
        : revokeSession(stores, account, { sid, operator }));
      if (!revoked) {
        throw new CliError(`${account.email} has no such session: see \`gatehouse users sessions ${account.email}\``);
      }
      await output.result({ sub: account.sub, ...(sid !== undefined && { sid }), revoked }, () =>
        sid === undefined ? `all sessions of ${account.email} are over` : `session ${sid} is over`,
      );
    });
}
