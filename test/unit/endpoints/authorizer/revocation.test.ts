import { beforeEach, describe, expect, it } from 'vitest';
import { type AuthorizerWorld, createAuthorizerWorld, pollSeconds } from '../../../support/worlds/authorizerWorld.ts';

describe('revocation at the authorizer', () => {
  let world: AuthorizerWorld;
  beforeEach(async () => {
    world = await createAuthorizerWorld();
  });

  it('S03 a revoked session is refused within one poll', async () => {
    const token = world.token();
    expect(await world.present(token)).toMatchObject({ acr: 'aal1' });
    world.revoke({ kind: 'sid', value: world.claims().sid });
    world.advance(pollSeconds - 1);
    expect(await world.present(token)).toMatchObject({ acr: 'aal1' });
    world.advance(1);
    expect(await world.present(token)).toBe('unauthorized');
  });

  it('each kind of entry refuses what it names alone', async () => {
    const other = { sid: 'other', gid: 'other', jti: 'other', sub: 'other', client_id: 'other', tenant_id: 'other' };
    const { sub, sid, jti, client_id, tenant_id, iat } = world.claims();
    for (const entry of [
      { kind: 'sid', value: sid },
      { kind: 'jti', value: jti },
      { kind: 'sub', value: sub, issuedAtOrBefore: iat },
      { kind: 'client_id', value: client_id, issuedAtOrBefore: iat },
      { kind: 'tenant_id', value: tenant_id, issuedAtOrBefore: iat },
      { kind: 'gid', value: 'grant' },
    ] as const) {
      world = await createAuthorizerWorld();
      world.revoke(entry);
      expect(await world.present(world.token({ gid: 'grant' }))).toBe('unauthorized');
      expect(await world.present(world.token({ [entry.kind]: other[entry.kind] }))).toMatchObject({ acr: 'aal1' });
    }
    world = await createAuthorizerWorld();
    world.revoke({ kind: 'kid', value: world.key.kid });
    expect(await world.present(world.token())).toBe('unauthorized');
  });

  it('the latest cut refuses what was issued at its second or before', async () => {
    const cut = world.nowSeconds() - 10;
    world.revoke({ kind: 'sub', value: world.claims().sub, issuedAtOrBefore: cut });
    world.revoke({ kind: 'sub', value: world.claims().sub, issuedAtOrBefore: cut - 100 }, world.clock() + 1);
    expect(await world.present(world.token({ iat: cut, exp: cut + 900 }))).toBe('unauthorized');
    expect(await world.present(world.token({ iat: cut - 1, exp: cut + 800 }))).toBe('unauthorized');
    expect(await world.present(world.token({ iat: cut + 1, exp: cut + 800 }))).toMatchObject({ acr: 'aal1' });
  });

  it('A18 an entry of a kind that only a later release knows is told of, and the others count', async () => {
    world.revoke({ kind: 'sid', value: 'another' });
    const [entry] = world.dynamo.items('Revocations');
    world.dynamo.put('Revocations', { ...entry, entry: `${entry?.['entry']}#later`, kind: 'device_id' });
    expect(await world.present(world.token())).toMatchObject({ acr: 'aal1' });
    expect(await world.present(world.token({ sid: 'another' }))).toBe('unauthorized');
    expect(world.unknown).toEqual([1]);
  });

  it('L27 a second shutting-out refuses a token that was dated after the first cut', async () => {
    const { sub, iat } = world.claims();
    world.revoke({ kind: 'sub', value: sub, issuedAtOrBefore: iat + 2, epochBelow: 1 });
    const sid = 'AAAAAAAAAAAAAAAAAAAAAA1';
    const token = world.token({ sid, iat: iat + 3 });
    expect(await world.present(token)).toMatchObject({ acr: 'aal1' });
    world.revoke({ kind: 'sub', value: sub, issuedAtOrBefore: iat + 2, epochBelow: 2 });
    world.advance(pollSeconds);
    expect(await world.present(token)).toBe('unauthorized');
  });

  it('costs no table read per request between two polls', async () => {
    await world.present(world.token());
    const reads = () => world.dynamo.calls.length;
    const afterFirst = reads();
    for (let request = 0; request < 100; request++) await world.present(world.token());
    world.advance(pollSeconds - 0.001);
    for (let request = 0; request < 100; request++) await world.present(world.token());
    expect(reads()).toBe(afterFirst);
    world.advance(0.001);
    await Promise.all(Array.from({ length: 100 }, () => world.present(world.token())));
    expect(reads() - afterFirst).toBeLessThanOrEqual(2);
  });

  it('an entry whose writer was late or whose clock was off is found by the next poll', async () => {
    await world.present(world.token());
    world.advance(112);
    await world.present(world.token());
    world.advance(pollSeconds);
    // The slow writer's entry lies well before the last poll, the fast one's in the next minute.
    for (const [index, offMs] of [-19_000, 4_000].entries()) {
      world.revoke({ kind: 'sid', value: `session-${index}` }, world.clock() + offMs);
    }
    expect(await world.present(world.token({ sid: 'session-0' }))).toBe('unauthorized');
    expect(await world.present(world.token({ sid: 'session-1' }))).toBe('unauthorized');
    expect(await world.present(world.token({ sid: 'session-2' }))).toMatchObject({ acr: 'aal1' });
  });

  it('an entry that the overlap misses is found by the full load of every minute', async () => {
    await world.present(world.token());
    world.advance(60);
    await world.present(world.token());
    world.revoke({ kind: 'sid', value: world.claims().sid }, world.clock() - 50_000);
    for (let second = 0; second <= 60; second += pollSeconds) {
      world.advance(pollSeconds);
      await world.present(world.token());
    }
    expect(await world.present(world.token())).toBe('unauthorized');
  });

  it('an entry is found by a cold authorizer as long as a token it refuses can live', async () => {
    const token = world.token({ iat: world.nowSeconds() + 2, exp: world.nowSeconds() + 902 });
    world.revoke({ kind: 'sub', value: world.claims().sub, issuedAtOrBefore: world.nowSeconds() + 2 });
    for (const _ of Array.from({ length: 16 })) {
      world.advance(60);
      expect(await world.present(token)).toBe('unauthorized');
    }
    world.advance(1);
    const lastSecond = world.token({ iat: world.nowSeconds() - 959, exp: world.nowSeconds() - 59 });
    expect(await world.present(lastSecond)).toBe('unauthorized');
  });

  it('nothing is let through before the first load', async () => {
    world.dynamo.failWhen((operation) => operation === 'Query');
    expect(await world.present(world.token())).toBe('failed');
    world.dynamo.failWhen(() => false);
    expect(await world.present(world.token())).toMatchObject({ acr: 'aal1' });
  });

  it('a bad token is 401 even when the list cannot be loaded', async () => {
    world.dynamo.failWhen((operation) => operation === 'Query');
    expect(await world.present(world.token({ aud: 'other' }))).toBe('unauthorized');
  });

  it('a list that cannot be renewed serves until it is 30 seconds old', async () => {
    await world.present(world.token());
    world.dynamo.failWhen((operation) => operation === 'Query');
    world.advance(29.999);
    expect(await world.present(world.token())).toMatchObject({ acr: 'aal1' });
    world.advance(0.001);
    expect(await world.present(world.token())).toBe('failed');
    world.dynamo.failWhen(() => false);
    world.advance(1);
    expect(await world.present(world.token())).toMatchObject({ acr: 'aal1' });
  });

  it('what was revoked while the list could not be read is known as soon as it can', async () => {
    await world.present(world.token());
    world.dynamo.failWhen((operation) => operation === 'Query');
    world.advance(10);
    world.revoke({ kind: 'sid', value: world.claims().sid });
    world.advance(15);
    expect(await world.present(world.token())).toMatchObject({ acr: 'aal1' });
    world.dynamo.failWhen(() => false);
    world.advance(1);
    expect(await world.present(world.token())).toBe('unauthorized');
  });
});
