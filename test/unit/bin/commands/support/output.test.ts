import { createWriteStream } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CliError } from '../../../../../bin/commands/support/cliError.ts';
import { asksForJson, reportError } from '../../../../../bin/commands/support/errors.ts';
import { bold, createOutput, mark, writeTo } from '../../../../../bin/commands/support/output.ts';
import { showPassword } from '../../../../../bin/commands/users/create.ts';
import { newAccount } from '../../../../../lambdas/core/accounts/newAccount.ts';

const hostile = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202e\u2028\u007f\r\n';

function collected(json: boolean) {
  const written: string[] = [];
  const output = createOutput({ json }, async (text) => void written.push(text));
  return { output, text: () => written.join('') };
}

describe('what comes from outside', () => {
  it('does not reach the terminal raw in a text', async () => {
    const { output, text } = collected(false);
    await output.result({}, () => `hello ${hostile}`);
    await output.line(hostile);
    expect(text()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}](?<!\n)/u);
    expect(text()).toContain('hello �]0;owned�');
  });

  it('is escaped in JSON, and the same to a program', async () => {
    const { output, text } = collected(true);
    await output.result({ name: hostile, tag: '\u{e0001}' }, () => '');
    expect(text()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}](?<!\n)/u);
    expect(JSON.parse(text())).toEqual({ name: hostile, tag: '\u{e0001}' });
  });

  it('does not reach the terminal raw in an error', () => {
    const written: string[] = [];
    reportError(new CliError(`no file ${hostile}`), { json: false, write: (text) => written.push(text) });
    expect(written.join('')).toMatch(/^gatehouse: no file [^\p{Cc}\p{Cf}\p{Zl}]+\n$/u);
  });

  describe('on a terminal with colours', () => {
    afterEach(() => vi.unstubAllEnvs());

    it('cannot pass for what we have coloured', async () => {
      vi.stubEnv('FORCE_COLOR', '1');
      const { output, text } = collected(false);
      await output.line(`${mark('ok')} ${bold('title\u001b[2J')} \u001b[31mred\u001b[39m`);
      expect(text()).toBe('\u001b[32m✓\u001b[39m \u001b[1mtitle�[2J\u001b[22m �[31mred�[39m\n');
    });
  });
});

describe('an output that cannot be written', () => {
  it('on a full disk is one line', async () => {
    const full = createWriteStream('/dev/full').on('error', () => {});
    await expect(writeTo(full)('text')).rejects.toThrow(/^the output is not complete: ENOSPC: no space left on device/);
  });

  const account = newAccount({
    sub: '11111111-1111-4111-8111-111111111111',
    email: 'ada@example.com',
    passwordHash: 'x',
    roles: ['member'],
    tenantId: 'acme',
    now: 1,
  });
  const broken = createOutput({ json: false }, () => Promise.reject(new CliError('the output is not complete')));

  it('does not lose a password that was made: it is shown elsewhere', async () => {
    const { output: elsewhere, text } = collected(false);
    const undo = vi.fn(async () => {});
    const shown = showPassword(broken, { account, password: 'a-password-made', undo }, elsewhere);
    await expect(shown).rejects.toThrow('the output is not complete');
    expect(text()).toContain('password: a-password-made');
    expect(undo).not.toHaveBeenCalled();
  });

  it('leaves no account whose password nobody knows', async () => {
    const undo = vi.fn(async () => {});
    await expect(showPassword(broken, { account, password: 'x', undo }, broken)).rejects.toThrow('not complete');
    expect(undo).toHaveBeenCalledOnce();
  });
});

describe('with --json an error', () => {
  it('is JSON with its exit code', () => {
    const written: string[] = [];
    const code = reportError(new CliError('no stack', { exitCode: 2 }), {
      json: true,
      write: (text) => written.push(text),
    });
    expect(JSON.parse(written.join(''))).toEqual({ error: 'no stack', exit_code: 2 });
    expect(code).toBe(2);
  });

  it.each<[string[], boolean]>([
    [['users', 'list', '--json'], true],
    [['--json', 'users'], true],
    [['users', 'show', '--', '--json'], false],
    [['users', 'list'], false],
  ])('is asked for by %j: %s', (args, asked) => {
    expect(asksForJson(args)).toBe(asked);
  });
});
