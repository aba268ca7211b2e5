import * as z from 'zod/mini';
import { httpEvent } from '../../test/support/worlds/httpEvent.ts';
import { lambdaContext, type refreshWorld } from './ours.ts';

const answerSchema = z.object({ refresh_token: z.string() });
const eventSchema = z.object({ type: z.string() });

/** What became of one refresh token that was presented many times at once. */
export interface AtOnce {
  /** How many answers there were of each status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly successors: ReadonlySet<string>;
  /** The session's item afterwards. */
  readonly session: Readonly<Record<string, unknown>> | undefined;
  /** The types of the events that were written. */
  readonly events: readonly string[];
  readonly reuses: number;
}

/** Presents a token of the world many times at once. */
export async function presentAtOnce(
  { handler, tokens, database, reuses }: Awaited<ReturnType<typeof refreshWorld>>,
  times: number,
): Promise<AtOnce> {
  const [token = ''] = tokens;
  const body = JSON.stringify({ refresh_token: token });
  const event = () =>
    httpEvent({ method: 'POST', path: '/auth/refresh', headers: { 'content-type': 'application/json' }, body });
  const answers = await Promise.all(Array.from({ length: times }, () => handler(event(), lambdaContext)));
  const ok = answers.filter(({ statusCode }) => statusCode === 200);
  const byStatus = Map.groupBy(answers, ({ statusCode }) => String(statusCode));
  const [, , sid] = token.split('.');
  return {
    statuses: Object.fromEntries([...byStatus].map(([status, { length }]) => [status, length])),
    successors: new Set(ok.map((answer) => answerSchema.parse(JSON.parse(answer.body)).refresh_token)),
    session: (await database.items('Sessions')).find((item) => item['sid'] === sid),
    events: (await database.items('AuditOutbox')).map(
      (item) => eventSchema.parse(JSON.parse(String(item['event']))).type,
    ),
    reuses: reuses.length,
  };
}

/** Whether one rotation was written, every answer had the one successor, and nothing was revoked. */
export function isOneRotation(found: AtOnce, times: number): boolean {
  return (
    found.statuses['200'] === times &&
    found.successors.size === 1 &&
    found.session?.['generation'] === 1 &&
    found.session['status'] === 'active' &&
    found.events.join() === 'session.refreshed' &&
    found.reuses === 0
  );
}
