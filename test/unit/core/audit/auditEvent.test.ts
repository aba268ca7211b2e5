import { describe, expect, it } from 'vitest';
import {
  accountEvent,
  operatorEvent,
  strangerEvent,
  subjectRefusal,
  systemEvent,
} from '../../../../lambdas/core/audit/auditEvent.ts';

const account = { sub: '3a0f6c0e-0000-4000-8000-000000000001', tenantId: 'acme' };
const operator = { type: 'operator', id: 'arn:aws:iam::111111111111:user/ada' } as const;
const nowMs = Date.UTC(2026, 10, 1);
const from = { ip: '2001:db8:1:2:3::4', userAgent: 'x'.repeat(300), requestId: 'r-1' };
const when = { nowMs, from };

describe('an event of an account', () => {
  it('names the account, its tenant and its outcome by the definition of its type', () => {
    expect(accountEvent(account, { ...when, type: 'email.changed' })).toMatchObject({
      actor: { type: 'subject', id: account.sub },
      target: { type: 'account', id: account.sub },
      tenant_id: 'acme',
      outcome: 'success',
      request_id: 'r-1',
    });
  });

  it('names the session or the factor that it is done to', () => {
    const event = accountEvent(account, { ...when, type: 'factor.renamed', targetId: 'f-1' });
    expect([event.target, event.tenant_id]).toEqual([{ type: 'factor', id: 'f-1' }, 'acme']);
  });

  it('names the operator where one did it', () => {
    const event = accountEvent(account, { ...when, type: 'account.disabled', by: operator });
    expect([event.actor, event.tenant_id]).toEqual([operator, 'acme']);
  });

  it('cuts what the browser says of itself to what the schema allows', () => {
    expect(accountEvent(account, { ...when, type: 'email.changed' }).source?.user_agent).toHaveLength(256);
  });
});

describe('an event of no known account', () => {
  it('of a stranger has one id a source and minute', () => {
    const events = ['::4', '::5'].map((host) =>
      strangerEvent({
        type: 'sign_in.failed',
        target: 'address',
        nowMs,
        from: { ...from, ip: `2001:db8:1:2:3${host}` },
        reason: 'unknown_address',
      }),
    );
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(1);
    expect(events[0]).toMatchObject({ actor: { type: 'stranger' }, target: { type: 'address' } });
    expect(events[0]?.tenant_id).toBeUndefined();
  });

  it('of the deployment or an operator names what it is done to', () => {
    const rotated = systemEvent({ type: 'refresh_keys.rotated', nowMs, targetId: 'kid', eventId: 'once' });
    expect(rotated).toMatchObject({ event_id: 'once', actor: { type: 'system' }, outcome: 'success' });
    expect(rotated.target).toEqual({ type: 'refresh_keys', id: 'kid' });
    const exported = operatorEvent(operator, { type: 'accounts.exported', nowMs });
    expect([exported.actor, exported.target]).toEqual([operator, { type: 'account' }]);
  });
});

it('what a limit refuses an account is one event an account, reason and minute', () => {
  const refusal = (ip: string) =>
    subjectRefusal(account, { type: 'request.rate_limited', nowMs, from: { ...from, ip }, reason: 'signInPerAccount' });
  const [first, second] = [refusal('192.0.2.1'), refusal('192.0.2.2')];
  expect(first.event_id).toBe(second.event_id);
  expect(first).toMatchObject({ target: { type: 'account', id: account.sub }, tenant_id: 'acme', outcome: 'denied' });
});

/** Each line compiles only as long as the type of the event refuses it. */
it('does not compile unless it names what its type has to name', () => {
  const refused: readonly (() => unknown)[] = [
    // @ts-expect-error an account without its tenant
    () => accountEvent({ sub: account.sub }, { ...when, type: 'email.changed' }),
    // @ts-expect-error no session
    () => accountEvent(account, { ...when, type: 'sign_in.succeeded' }),
    // @ts-expect-error a target of another kind
    () => accountEvent(account, { ...when, type: 'email.changed', targetId: 'sid' }),
    // @ts-expect-error no operator
    () => accountEvent(account, { ...when, type: 'account.disabled' }),
    // @ts-expect-error the owner or an operator: which?
    () => accountEvent(account, { ...when, type: 'session.revoked', targetId: 'sid', reason: 'logout' }),
    // @ts-expect-error an actor that the type does not know
    () => accountEvent(account, { ...when, type: 'email.changed', by: operator }),
    // @ts-expect-error no reason
    () => accountEvent(account, { ...when, type: 'step_up.failed', targetId: 'sid' }),
    // @ts-expect-error a reason where there is none
    () => accountEvent(account, { ...when, type: 'email.changed', reason: 'why' }),
    // @ts-expect-error a type that always knows its account
    () => strangerEvent({ ...when, type: 'session.reuse_detected', reason: 'reuse' }),
    // @ts-expect-error an address or a factor: which?
    () => strangerEvent({ ...when, type: 'sign_in.failed', reason: 'unknown_passkey' }),
    // @ts-expect-error done by nobody but an operator
    () => systemEvent({ type: 'accounts.exported', nowMs }),
    // @ts-expect-error an event that is not defined
    () => accountEvent(account, { ...when, type: 'account.renamed' }),
  ];
  expect(refused).toHaveLength(12);
});
