import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash as bcrypt } from 'bcryptjs';
import { afterAll, describe, expect, it } from 'vitest';
import { createAccounts } from '../../../lambdas/stores/accounts/accounts.ts';
import { api } from '../../support/people/api.ts';
import { mailedToken, newPerson, problemOf, signIn } from '../../support/people/people.ts';
import { awsClients } from '../../support/stack/awsClients.ts';
import { gatehouse } from '../../support/stack/cli.ts';
import { stack } from '../../support/stack/stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-imported-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const address = () => `imported-${randomUUID()}@example.com`;

/** Imports a file of the given content through the CLI, and fails when any of it is rejected. */
async function imported(content: unknown, extension: string, ...args: string[]): Promise<void> {
  const file = join(folder, `${randomUUID()}.${extension}`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  const { code, stderr } = await gatehouse(['users', 'import', file, ...args]);
  if (code !== 0) throw new Error(stderr);
}

const jsonLines = (records: readonly object[]) => records.map((record) => JSON.stringify(record)).join('\n');

const storedHash = async (email: string) => {
  const accounts = createAccounts({ client: awsClients().documents, table: stack().tables['Accounts'] ?? '' });
  return (await accounts.findByEmail(email))?.passwordHash;
};

const login = (email: string, password: string) => api('/auth/login', { method: 'POST', json: { email, password } });

const refused = { status: 401, code: 'invalid_credentials' };

/** Hashes that other libraries made of this password; the ligature is what normalisation would change. */
const ligature = 'p\u00e4ssword-\ufb01ne 1';
const forms = {
  'PBKDF2 of Django': 'pbkdf2_sha256$2000$seasalt2$dSd+Y+u5AclmhevfUnBDvxVFXVWbsDIDRSA5goa7Iu0=',
  'scrypt of passlib': '$scrypt$ln=10,r=8,p=1$f8+ZU4pR6p0TAoBQCqH0Hg$fu3wg5r8pi91S35Sxr2zRnLOuXIUFBPprnhu2ElaDmY',
  'Argon2i of passlib':
    '$argon2i$v=19$m=256,t=2,p=4$KIWw9l7LeU/pvTfGWOs9Bw$qcI0jVXJ6g5HZ0qla6tRodVmGfLRICqyWLLx9+7hjzk',
  'bcrypt of passlib': '$2b$05$eD9kkzORe1W7O8Pc/Gd.S.AuwZfPyhcZraoqQYPTfdbpcN1q02hWi',
  'salted SHA-1 of LDAP': '{SSHA}yjGPTul1K2TzB8TtvA+hkCZILx3ImbPW',
};

describe('an imported account', () => {
  it('signs in with the password it had, whatever form its hash was in', async () => {
    const people = Object.values(forms).map((password_hash) => ({
      email: address(),
      password_hash,
      email_verified: true,
    }));
    await imported(jsonLines(people), 'jsonl');
    for (const { email } of people) {
      expect(await storedHash(email)).toMatch(/^imported:/);
      expect(problemOf(await login(email, 'not the password'))).toEqual(refused);
      expect(await storedHash(email)).toMatch(/^imported:/);
      await signIn({ email, password: ligature });
      expect(await storedHash(email)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1,keyid=/);
      await signIn({ email, password: ligature });
      expect(problemOf(await login(email, 'not the password'))).toEqual(refused);
    }
  });

  it('of Firebase signs in with the password it had there', async () => {
    const parameters = join(folder, 'parameters.json');
    const signerKey = 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==';
    writeFileSync(
      parameters,
      JSON.stringify({ base64_signer_key: signerKey, base64_salt_separator: 'Bw==', rounds: 8, mem_cost: 14 }),
    );
    const email = address();
    const user = {
      localId: randomUUID(),
      email,
      emailVerified: true,
      passwordHash: 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
      salt: '42xEC+ixf3L2lw==',
    };
    await imported({ users: [user] }, 'json', '--format', 'firebase', '--firebase-parameters', parameters);
    expect(problemOf(await login(email, 'user1passwore'))).toEqual(refused);
    expect((await signIn({ email, password: 'user1password' })).token_type).toBe('Bearer');
    expect(await storedHash(email)).toMatch(/,keyid=/);
  });

  it('L07 with bcrypt is opened by no password that goes on after 72 bytes', async () => {
    const email = address();
    const password = 'seventy-two bytes '.repeat(4);
    const passwordHash = await bcrypt(password, 5);
    const record = { _id: { $oid: randomUUID() }, email, email_verified: true, passwordHash };
    await imported(jsonLines([record]), 'ndjson', '--format', 'auth0');
    for (const longer of [`${password}1`, `${password}2`]) {
      expect(problemOf(await login(email, longer))).toEqual(refused);
    }
    expect((await signIn({ email, password })).token_type).toBe('Bearer');
  });

  it('L02 that cannot sign in is answered as an unknown one', async () => {
    const [unverified, disabled, passwordless] = [address(), address(), address()];
    const passwordHash = forms['Argon2i of passlib'];
    await imported(
      jsonLines([
        { email: unverified, password_hash: passwordHash },
        { email: disabled, password_hash: passwordHash, email_verified: true, status: 'disabled' },
      ]),
      'jsonl',
    );
    const attributes = { email: passwordless, email_verified: 'true', sub: randomUUID() };
    const Attributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
    await imported({ Users: [{ Username: randomUUID(), Attributes }] }, 'json', '--format', 'cognito');

    const withoutId = (text: string) => text.replace(/"request_id":"[^"]+"/, '');
    const unknown = await login(address(), ligature);
    for (const email of [unverified, disabled, passwordless]) {
      const answer = await login(email, ligature);
      expect(problemOf(answer)).toEqual(refused);
      expect(withoutId(answer.text)).toBe(withoutId(unknown.text));
      expect(Object.keys(answer.headers)).toEqual(Object.keys(unknown.headers));
    }

    for (const email of [unverified, passwordless]) {
      const { password } = newPerson();
      await api('/auth/password/forgot', { method: 'POST', json: { email } });
      const json = { token: await mailedToken(email), new_password: password };
      expect((await api('/auth/password/reset', { method: 'POST', json })).status).toBe(204);
      await signIn({ email, password });
      expect(problemOf(await login(email, ligature))).toEqual(refused);
    }
  });
});
