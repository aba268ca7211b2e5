import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type AuthorizerWorld,
  authorizerEvent,
  createAuthorizerWorld,
} from '../../../support/worlds/authorizerWorld.ts';

interface LogLine {
  readonly message?: string;
  readonly reason?: string;
  readonly kid?: string;
  readonly source?: string;
  readonly RefusedRequests?: number;
}

describe('a request at the authorizer', () => {
  let world: AuthorizerWorld;
  let lines: string[];
  beforeEach(async () => {
    lines = [];
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((text) => {
        lines.push(...String(text).trimEnd().split('\n'));
        return true;
      });
    }
    world = await createAuthorizerWorld();
  });
  afterEach(() => vi.restoreAllMocks());
  const logged = (): LogLine[] => lines.map((line) => JSON.parse(line));

  it('is allowed the method it called alone', async () => {
    const event = authorizerEvent([`Bearer ${world.token()}`]);
    const { policyDocument, principalId } = await world.authorizer(event);
    expect(policyDocument.Statement).toEqual([
      { Action: 'execute-api:Invoke', Effect: 'Allow', Resource: event.methodArn },
    ]);
    expect(principalId).toBe(world.claims().sub);
  });

  it('A09 is refused without exactly one credential', async () => {
    const bearer = `Bearer ${world.token()}`;
    expect(await world.call(undefined)).toBe('unauthorized');
    expect(await world.call('')).toBe('unauthorized');
    expect(await world.call([bearer, bearer])).toBe('unauthorized');
    expect(await world.call([bearer, 'Basic eDp5'])).toBe('unauthorized');
    expect(await world.call(`${bearer}, ${bearer}`)).toBe('unauthorized');
  });

  it('A09 is refused for two headers that differ in case', async () => {
    const event = authorizerEvent([`Bearer ${world.token()}`]);
    const twice = { ...event.multiValueHeaders, authorization: [`Bearer ${world.token()}`] };
    const { policyDocument } = await world.authorizer({ ...event, multiValueHeaders: twice });
    expect(policyDocument.Statement).toMatchObject([{ Effect: 'Deny', Resource: event.methodArn }]);
  });

  it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('A09 may write the scheme %s', async (scheme) => {
    expect(await world.call(`${scheme} ${world.token()}`)).toMatchObject({ acr: 'aal1' });
    expect(await world.call(`${scheme} ${world.token()}`, { headerName: 'authorization' })).toMatchObject({
      acr: 'aal1',
    });
  });

  it.each(['Bearer  ', 'Bearer\t', 'Bearer', ' Bearer ', 'Basic ', 'DPoP ', 'Token ', '', 'Bearer: '])(
    'A09 is refused for %j before the token',
    async (prefix) => {
      expect(await world.call(`${prefix}${world.token()}`)).toBe('unauthorized');
    },
  );

  it('A09 is refused for white space after the token', async () => {
    expect(await world.call(`Bearer ${world.token()} `)).toBe('unauthorized');
    expect(await world.call(`Bearer ${world.token()}\n`)).toBe('unauthorized');
  });

  it('A09 is refused with the token in the query only', async () => {
    expect(await world.call(undefined, { query: { access_token: world.token() } })).toBe('unauthorized');
  });

  it('A09 is refused with Basic credentials', async () => {
    expect(await world.call(`Basic ${Buffer.from('user:password').toString('base64')}`)).toBe('unauthorized');
  });

  it('is anonymous on an optional route only without a credential', async () => {
    const route = { method: 'POST', resource: '/auth/logout' };
    expect(await world.call(undefined, route)).toBe('anonymous');
    expect(await world.call('Bearer x', route)).toBe('unauthorized');
    expect(await world.call('', route)).toBe('unauthorized');
    expect(await world.present(world.token(), route)).toMatchObject({ acr: 'aal1' });
  });

  it('with a refused header reaches a sign-out that has a body, and no other route', async () => {
    const contentType = 'application/json';
    const signOut = { method: 'POST', resource: '/auth/logout', contentType };
    world.advance(3600);
    const expired = world.token({ iat: world.nowSeconds() - 3600, exp: world.nowSeconds() - 2700 });
    for (const values of ['', 'Bearer x', `Bearer ${expired}`, ['Bearer a', 'Bearer b']]) {
      expect(await world.call(values, signOut)).toBe('refused');
      expect(await world.call(values, { ...signOut, resource: '/auth/logout-everywhere' })).toBe('unauthorized');
      expect(await world.call(values, { ...signOut, resource: '/auth/email/confirm' })).toBe('unauthorized');
    }
    expect(logged().filter(({ message }) => message === 'request refused')).toHaveLength(12);
  });

  it('is refused on a route that the contract does not protect', async () => {
    for (const route of [
      { resource: '/auth/admin' },
      { method: 'PUT' },
      { method: 'POST', resource: '/auth/login' },
      { resource: '/{proxy+}' },
    ]) {
      expect(await world.present(world.token(), route)).toBe('unauthorized');
    }
  });

  it('leaves the reason and nothing of the token when it is refused', async () => {
    const token = world.token({ iss: 'https://other.example' });
    await world.present(token);
    const [line, count, ...rest] = logged();
    expect(rest).toEqual([]);
    expect(line).toMatchObject({ message: 'request refused', reason: 'issuer', source: '192.0.2.1' });
    expect(count).toMatchObject({ RefusedRequests: 1, reason: 'issuer' });
    expect(lines.join('\n')).not.toContain(token.slice(-20));
    expect(lines.join('\n')).not.toContain(world.claims().sub);
  });

  it('J06 leaves a kid in the log only as one line of printable characters', async () => {
    const kid = 'x\r\n{"message":"forged"}\u001b[31m\u2028\u0085é';
    await world.present(world.signed(world.header({ kid }), world.claims()));
    expect(lines.every((line) => /^[ -~]*$/.test(line))).toBe(true);
    expect(logged()[0]?.kid).toBe('x??{"message":"forged"}?[31m???');
    await world.present(world.signed(world.header({ kid: 'k'.repeat(5000) }), { jti: 'x' }));
    expect(logged().at(-2)?.kid).toBe('k'.repeat(64));
  });

  it('T09 leaves one event a source and minute, however many bad tokens come', async () => {
    const attempts = Array.from({ length: 500 }, (_, number) => `Bearer x${number}`);
    await Promise.all(attempts.map((attempt) => world.call(attempt)));
    expect(world.dynamo.items('AuditOutbox')).toHaveLength(1);
    expect(world.dynamo.calls.filter(({ table }) => table === 'AuditOutbox')).toHaveLength(1);
    const event = JSON.parse(String(world.dynamo.items('AuditOutbox')[0]?.['event']));
    expect(event).toMatchObject({
      type: 'verification.failed',
      actor: { type: 'stranger' },
      source: { ip: '192.0.2.1' },
    });
    await world.call('Bearer x', { sourceIp: '192.0.2.2' });
    world.advance(60);
    await world.call('Bearer x');
    expect(world.dynamo.items('AuditOutbox')).toHaveLength(3);
  });

  it('T09 counts the addresses of one IPv6 network as one source', async () => {
    for (let host = 1; host <= 100; host++) {
      await world.call('Bearer x', { sourceIp: `2001:db8:1:2:${host.toString(16)}::1` });
    }
    await world.call('Bearer x', { sourceIp: '2001:db8:1:3::1' });
    expect(world.dynamo.items('AuditOutbox')).toHaveLength(2);
  });

  it('a request that brings no credential leaves no event', async () => {
    await world.call(undefined);
    expect(world.dynamo.items('AuditOutbox')).toEqual([]);
    expect(logged()[0]).toMatchObject({ reason: 'no_credential' });
  });

  it('is refused all the same when the refusal cannot be recorded', async () => {
    world.dynamo.failWhen((_, table) => table === 'AuditOutbox');
    expect(await world.call('Bearer x')).toBe('unauthorized');
    expect(logged().some(({ message }) => message === 'refusal not recorded')).toBe(true);
  });

  it('fails when it cannot be judged, with the cause in the log', async () => {
    world.dynamo.failWhen((_, table) => table === 'Revocations');
    expect(await world.present(world.token())).toBe('failed');
    expect(logged()[0]).toMatchObject({ message: 'authorizer failed' });
  });

  it('cannot be judged by an authorizer with more than a minute of leeway', async () => {
    await expect(createAuthorizerWorld({ clockLeewaySeconds: 61 })).rejects.toThrow('60 seconds');
  });
});
