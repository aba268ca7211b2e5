import { describe, expect, it } from 'vitest';
import { exportRecord } from '../../../../lambdas/core/moving/accountExport.ts';
import { readGatehouse, readGatehouseCsv } from '../../../../lambdas/core/moving/gatehouse.ts';
import { testAccount } from '../../../support/worlds/world.ts';
import { reasonOf } from './reasonOf.ts';

const bcrypt = '$2b$10$Z6hUTEEeoJXN5/AmSm/4.eZ75RYgFVriQM9LPhNEC7kbAbS/VAaJ2';
const sub = '7d0c1c52-7f2a-4f7e-9b1e-0123456789ab';

describe("Gatehouse's own records", () => {
  it('are what an export writes', () => {
    const account = testAccount({
      sub,
      email: 'ada@example.com',
      passwordHash: `imported:${bcrypt}`,
      status: 'disabled',
      roles: ['admin', 'member'],
      factorMethods: ['totp'],
      createdAt: 1_600_000_000,
    });
    const record: unknown = JSON.parse(JSON.stringify(exportRecord(account)));
    expect(record).toEqual({
      sub,
      email: 'ada@example.com',
      email_verified: true,
      password_hash: bcrypt,
      status: 'disabled',
      roles: ['admin', 'member'],
      tenant_id: 'acme',
      created_at: '2020-09-13T12:26:40.000Z',
      factor_methods: ['totp'],
    });
    expect(readGatehouse(record)).toEqual({
      sub,
      sourceId: undefined,
      email: 'ada@example.com',
      emailVerified: true,
      hash: { kind: 'foreign', hash: bcrypt },
      disabled: true,
      roles: ['admin', 'member'],
      tenantId: 'acme',
      createdAt: 1_600_000_000,
      factors: ['totp'],
      ignored: [],
    });
  });

  it('may say null of whatever is absent', () => {
    const names = ['sub', 'source_id', 'email_verified', 'password_hash', 'status', 'roles', 'tenant_id', 'created_at'];
    const record = Object.fromEntries([...names, 'factor_methods', 'nickname'].map((name) => [name, null]));
    expect(readGatehouse({ ...record, email: 'a@b.example' })).toEqual(readGatehouse({ email: 'a@b.example' }));
  });

  it('may have their status as a truth value', () => {
    const disabled = (more: object) => readGatehouse({ email: 'a@b.example', ...more }).disabled;
    expect(['0', 'f', false, 'disabled'].map((status) => disabled({ status }))).toEqual([true, true, true, true]);
    expect([{ disabled: 'yes' }, { disabled: 0 }, { status: '1' }].map(disabled)).toEqual([true, false, false]);
  });

  it('name what closes an account where it is false, and nothing else that is', () => {
    const ignored = (more: object) => readGatehouse({ email: 'a@b.example', ...more }).ignored;
    expect(ignored({ active: false, is_enabled: false })).toEqual(['active', 'is_enabled']);
    expect(ignored({ blocked: false, newsletter: false })).toEqual([]);
  });

  it('with a password that Django calls unusable have none', () => {
    const read = readGatehouse({ email: 'a@b.example', password_hash: '!7Xk2mQ9dJf0aWcR5sT8uV1yZ3bN6eH4gL' });
    expect([read.hash, read.hashRefusal]).toEqual([undefined, undefined]);
  });

  it('need only an address', () => {
    expect(readGatehouse({ email: 'a@b.example', nickname: 'Ada', phone: '1' })).toMatchObject({
      email: 'a@b.example',
      hash: undefined,
      disabled: false,
      ignored: ['nickname', 'phone'],
    });
  });

  it('in CSV have text in every cell that is not empty', () => {
    const row = {
      sub: '',
      email: 'a@b.example',
      email_verified: 'TRUE',
      roles: 'admin  member',
      password_hash: bcrypt,
    };
    expect(readGatehouseCsv({ ...row, created_at: '1600000000' })).toMatchObject({
      sub: undefined,
      emailVerified: true,
      roles: ['admin', 'member'],
      createdAt: 1_600_000_000,
      hash: { kind: 'foreign', hash: bcrypt },
    });
    expect(readGatehouseCsv({ email: 'a@b.example', email_verified: '0' })).toMatchObject({ emailVerified: false });
  });

  it('in CSV may be what a database writes', () => {
    const rows = ['t', 'YES', '1', 'f', 'no'].map((email_verified) => ({ email: 'a@b.example', email_verified }));
    expect(rows.map((one) => readGatehouseCsv(one).emailVerified)).toEqual([true, true, true, false, false]);
    const row = { email: ' a@b.example', password_hash: 'NULL', created_at: '\\N', tenant_id: 'null', roles: 'member' };
    expect(readGatehouseCsv(row)).toEqual(readGatehouse({ email: 'a@b.example', roles: ['member'] }));
    const dated = readGatehouseCsv({ email: 'a@b.example', created_at: '2020-09-13 12:26:40.123456+00' });
    expect(dated.createdAt).toBe(1_600_000_000);
  });

  it.each([
    [{}, 'invalid_record'],
    ['text', 'invalid_record'],
    [{ email: 'a@b.example', sub: 'auth0|1' }, 'invalid_record'],
    [{ email: 'a@b.example', roles: ['root'] }, 'invalid_record'],
    [{ email: 'a@b.example', email_verified: 'perhaps' }, 'invalid_record'],
    [{ email: 'a@b.example', status: 'locked' }, 'invalid_record'],
    [{ email: 'a@b.example', tenant_id: 'a b' }, 'invalid_record'],
    [{ email: 'a@b.example', created_at: 'yesterday' }, 'invalid_record'],
    [{ email: 'a@b.example', password_hash: 'hunter2' }, 'hash_unknown'],
    [{ email: 'a@b.example', password_hash: bcrypt.replace('$10$', '$20$') }, 'hash_too_costly'],
  ])('%j is refused as %s', (record, reason) => {
    expect(reasonOf(readGatehouse, record)).toBe(reason);
  });

  it('are refused without quoting what is in them', () => {
    for (const password_hash of ['hunter2', '{noop}hunter2', 'hunter2$hunter2', '$2b$hunter2', '{hunter2}hunter2']) {
      const { hashRefusal } = readGatehouse({ email: 'a@b.example', password_hash });
      expect(hashRefusal?.message).toMatch(/^(?!.*hunter2).*--unreadable-hashes/);
    }
    expect(() => readGatehouse({ email: 'a@b.example', sub: 'hunter2' })).toThrow(/^(?!.*hunter2)/);
  });
});
