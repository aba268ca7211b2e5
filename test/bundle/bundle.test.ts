import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lambdaNames } from '../../lambdas/contract/lambdas.ts';
import { commonPasswordsFile } from '../../lambdas/contract/passwords.ts';
import { isCommonPassword } from '../../lambdas/core/passwords/commonPasswords.ts';
import type { LambdaDefinition } from '../../lambdas/manifest/definition.ts';
import { lambdas } from '../../lambdas/manifest/lambdas.ts';
import { bundle } from '../../lib/bundle/bundle.ts';

const root = mkdtempSync(join(tmpdir(), 'gatehouse-bundle-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a bundle', () => {
  const all = join(root, 'all');
  beforeAll(() => bundle({ stage: 'local', lambdaNames, into: all }));

  it('for this machine loads by itself, with the native password hash', async () => {
    const into = join(root, 'local');
    bundle({ stage: 'local', lambdaNames: ['signIn'], into });
    expect(readFileSync(join(into, 'signIn', 'index.mjs'), 'utf8')).toContain('sourceMappingURL=index.mjs.map');
    const hash = pathToFileURL(join(into, 'signIn', 'node_modules', '@node-rs', 'argon2', 'index.js')).href;
    await expect(import(hash)).resolves.toHaveProperty('hash');
  });

  it('holds the filter of common passwords exactly where a password is set', () => {
    const holders = lambdaNames.filter((name) => existsSync(join(all, name, commonPasswordsFile)));
    const settings = Object.entries<LambdaDefinition>(lambdas);
    expect(holders).toEqual(settings.flatMap(([name, { setsPasswords }]) => (setsPasswords ? [name] : [])));
    expect(holders).toContain('registration');
    for (const name of ['authorizer', 'refresh'] as const) expect(holders).not.toContain(name);
    for (const name of lambdaNames) {
      const code = readFileSync(join(all, name, 'index.mjs'), 'utf8');
      expect([name, /new URL\(commonPasswordsFile/.test(code)]).toEqual([name, holders.includes(name)]);
    }
    const filter = readFileSync(join(all, 'registration', commonPasswordsFile));
    expect(isCommonPassword(filter, 'passwordpassword')).toBe(true);
  });

  it('verifies hashes of other systems exactly where a password is verified', () => {
    const sources = (name: string) => readFileSync(join(all, name, 'index.mjs.map'), 'utf8');
    expect(lambdaNames.filter((name) => /bcryptjs|foreignHash\.ts/.test(sources(name)))).toEqual([
      'recovery',
      'account',
      'signIn',
      'factorSignIn',
      'factors',
    ]);
  });

  it('holds Zod in its small form, in one language at most', () => {
    for (const name of lambdaNames) {
      const sources = readFileSync(join(all, name, 'index.mjs.map'), 'utf8').match(/zod\/v4\/[^"]+/g) ?? [];
      expect([name, sources.filter((source) => /classic|locales\/(?!en\.js)/.test(source))]).toEqual([name, []]);
    }
  });

  it('for prod carries no source map: it lies beside, for whoever reads a stack', () => {
    const into = join(root, 'prod');
    bundle({ stage: 'prod', lambdaNames: ['wellKnown'], into });
    expect(readdirSync(join(into, 'wellKnown'))).toEqual(['index.mjs']);
    expect(readFileSync(join(into, 'wellKnown', 'index.mjs'), 'utf8')).not.toContain('sourceMappingURL');
    expect(readFileSync(join(into, 'wellKnown.mjs.map'), 'utf8')).toContain('lambdas/handlers/wellKnown.ts');
  });

  it('of unchanged sources is the same, byte for byte', () => {
    const made = ['one', 'other'].map((folder) => {
      bundle({ stage: 'dev', lambdaNames: ['wellKnown'], into: join(root, folder) });
      return readFileSync(join(root, folder, 'wellKnown', 'index.mjs'));
    });
    expect(made[0]?.equals(made[1] ?? Buffer.of())).toBe(true);
  });
});
