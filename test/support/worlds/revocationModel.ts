import fc from 'fast-check';
import { type Account, afterShutOut, issuedAtAfterCut, nextTokenCut } from '../../../lambdas/core/accounts/account.ts';
import { newSessionId, sessionEpochOf } from '../../../lambdas/core/sessions/session.ts';
import { createRevocationList, type RevocationEntry } from '../../../lambdas/core/tokens/revocationList.ts';
import { revocationFromItem, revocationPut } from '../../../lambdas/stores/items/revocationItems.ts';
import { testAccount } from './world.ts';

type State = Pick<Account, 'sessionEpoch' | 'tokenCut'>;

/** How an account is cut off, so that the model can be held against more than one rule. */
export interface Rule {
  shutOut(account: State, nowSeconds: number): State;
  /** What is written of it into the revocation list. */
  entryOf(sub: string, after: State): RevocationEntry;
  cutOfRoles(account: State, nowSeconds: number): number;
  /** Whether a writer that finds the account changed since its read reads again. */
  readonly conditional: boolean;
}

export const presentRule: Rule = {
  shutOut: afterShutOut,
  entryOf: (value, { sessionEpoch: epochBelow, tokenCut: issuedAtOrBefore }) => ({
    kind: 'sub',
    value,
    issuedAtOrBefore,
    epochBelow,
  }),
  cutOfRoles: nextTokenCut,
  conditional: true,
};

/** The rule of the release before: a cut by the writer's clock alone. */
export const ruleBefore: Rule = {
  shutOut: ({ sessionEpoch }, nowSeconds) => ({ sessionEpoch: sessionEpoch + 1, tokenCut: nowSeconds + 2 }),
  entryOf: (value, { tokenCut: issuedAtOrBefore }) => ({ kind: 'sub', value, issuedAtOrBefore }),
  cutOfRoles: (_, nowSeconds) => nowSeconds + 2,
  conditional: false,
};

const kinds = ['sign in', 'refresh', 'sign out everywhere', 'disable', 'enable', 'change roles'] as const;

/** What is asked, and on which of two machines, whose clocks are 2 s apart. */
interface Request {
  readonly kind: (typeof kinds)[number];
  readonly fast: boolean;
}

/** Who takes the next step, and how much time passes before. */
interface Turn {
  readonly pick: number;
  readonly afterMs: number;
}

export interface Interleaving {
  readonly requests: readonly Request[];
  readonly turns: readonly Turn[];
}

export const interleavings: fc.Arbitrary<Interleaving> = fc.record({
  requests: fc.array(fc.record({ kind: fc.constantFrom(...kinds), fast: fc.boolean() }), {
    minLength: 2,
    maxLength: 12,
  }),
  turns: fc.array(fc.record({ pick: fc.nat(), afterMs: fc.constantFrom(0, 0, 10, 400, 900, 1500) }), {
    minLength: 60,
    maxLength: 60,
  }),
});

interface Issued {
  readonly sid: string;
  readonly iat: number;
  /** How often the roles had changed when they were read for it. */
  readonly roles: number;
}

/** Runs every request to its end, a step of one and then of another, and judges every token that was issued. */
export function play({ requests, turns }: Interleaving, rule: Rule): { readonly wrong: readonly string[] } {
  let nowMs = Date.UTC(2030, 0, 1);
  let account = testAccount();
  let roles = 0;
  const sids: string[] = [];
  const issued: Issued[] = [];
  const items: unknown[] = [];

  const clockOf = ({ fast }: Request) => Math.floor((nowMs + (fast ? 2000 : 0)) / 1000);
  const revoke = (entry: RevocationEntry) => {
    const lifetime = { accessTokenTtlSeconds: 900, clockLeewaySeconds: 60 };
    items.push(revocationPut('Revocations', { entry, nowMs, lifetime }).Put?.Item);
  };
  const issue = (sid: string, takenAt: number, read: { account: Account; roles: number }) =>
    issued.push({ sid, iat: issuedAtAfterCut(takenAt, read.account), roles: read.roles });
  const unchanged = ({ sessionEpoch, tokenCut }: State) =>
    !rule.conditional || (account.sessionEpoch === sessionEpoch && account.tokenCut === tokenCut);

  /** The steps of a request; between two of them anybody else may take any number. */
  function* steps(request: Request): Generator<void> {
    const takenAt = clockOf(request);
    yield;
    const read = { account, roles };
    switch (request.kind) {
      case 'sign in': {
        yield;
        if (account.status !== 'active' || account.sessionEpoch !== read.account.sessionEpoch) return;
        const sid = newSessionId(read.account.sessionEpoch);
        sids.push(sid);
        yield;
        issue(sid, takenAt, read);
        return;
      }
      case 'refresh': {
        const sid = sids.at(-1);
        yield;
        if (sid === undefined || account.status !== 'active' || sessionEpochOf(sid) !== account.sessionEpoch) return;
        yield;
        const holds = read.account.status === 'active' && sessionEpochOf(sid) === read.account.sessionEpoch;
        if (holds) issue(sid, takenAt, read);
        return;
      }
      case 'sign out everywhere':
      case 'disable':
        for (let seen = read.account; ; seen = account) {
          yield;
          if (request.kind === 'disable' && account.status !== 'active') return;
          if (!unchanged(seen)) continue;
          const after = rule.shutOut(account, takenAt);
          account = { ...account, ...after, ...(request.kind === 'disable' && { status: 'disabled' }) };
          revoke(rule.entryOf(account.sub, after));
          return;
        }
      case 'enable':
        yield;
        account = { ...account, status: 'active' };
        return;
      case 'change roles':
        for (let seen = read.account; ; seen = account) {
          yield;
          if (!unchanged(seen)) continue;
          const tokenCut = rule.cutOfRoles(account, clockOf(request));
          account = { ...account, tokenCut };
          roles++;
          revoke({ kind: 'sub', value: account.sub, issuedAtOrBefore: tokenCut });
          return;
        }
    }
  }

  const waiting = [...requests];
  const running: Generator<void>[] = [];
  const step = (pick: number) => {
    const index = pick % (running.length + Number(waiting.length > 0));
    const chosen = running[index];
    const next = chosen ? undefined : waiting.shift();
    if (next) running.push(steps(next));
    else if (chosen?.next().done) running.splice(index, 1);
  };
  for (const { pick, afterMs } of turns) {
    nowMs += afterMs;
    if (waiting.length + running.length > 0) step(pick);
  }
  while (waiting.length + running.length > 0) step(0);

  const list = createRevocationList();
  for (const item of items) {
    const entry = revocationFromItem(item);
    if (entry) list.add(entry);
  }
  const wrong = issued.flatMap(({ sid, iat, roles: had }) => {
    const token = {
      kid: 'kid',
      jti: 'jti',
      clientId: 'client',
      tenantId: 'acme',
      sub: account.sub,
      sid,
      issuedAt: iat,
    };
    const isRefused = list.revokes(token) !== undefined;
    const isDead = account.status === 'disabled' || sessionEpochOf(sid) !== account.sessionEpoch;
    if (isDead || had < roles) return isRefused ? [] : [isDead ? 'a dead token is accepted' : 'old roles are accepted'];
    return isRefused ? ['a good token is refused'] : [];
  });
  return { wrong };
}
