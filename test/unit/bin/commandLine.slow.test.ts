import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../scripts/local/settings.ts';

/** Runs a line of a shell in which `gatehouse` is the command, far from any AWS configuration. */
function shell(line: string) {
  const { PATH } = process.env;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', `gatehouse() { "$NODE" "$CLI" "$@"; }; ${line}`], {
    encoding: 'utf8',
    env: {
      ...{ PATH, NODE: process.execPath, CLI: join(root, 'bin/gatehouse.ts'), HOME: '/nonexistent', NO_COLOR: '1' },
      ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_EC2_METADATA_DISABLED: 'true' },
      GATEHOUSE_STACK_FILE: '/nonexistent',
    },
  });
  return { status, stdout, stderr };
}

describe('the command line', () => {
  it('doctor says once that there is no region', () => {
    expect(shell('gatehouse doctor --stage prod')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'gatehouse: no AWS region: set AWS_REGION, or a region in the profile\n',
    });
  });

  it.each(['create a@b.example', 'list', 'import /dev/null'])(
    'users %s takes no tenant that a record could not have',
    (args) => {
      const { status, stderr } = shell(`gatehouse users ${args} --tenant 'a b'`);
      expect([status, stderr]).toEqual([2, expect.stringContaining('It is no tenant id')]);
    },
  );

  it.each([
    ['of wrong usage', "users list --tenant 'a b'", 2, /It is no tenant id/],
    ['of an unknown option', 'users list --nope', 2, /^unknown option '--nope'/],
    ['of a command that is not there', 'users', 2, /--help/],
    ['of a stack that is not there', 'users list', 1, /npm run up/],
  ])('with --json an error %s is JSON', (_, args, status, message) => {
    const answer = shell(`gatehouse --json ${args}`);
    expect([answer.status, answer.stdout]).toEqual([status, '']);
    expect(JSON.parse(answer.stderr)).toEqual({ error: expect.stringMatching(message), exit_code: status });
  });

  it('an argument does not reach the terminal raw', () => {
    const { stderr } = shell(`gatehouse users list "$(printf '\\033[31m')"; gatehouse "$(printf '\\033[31m')"`);
    expect(stderr).not.toContain('\u001b');
  });

  it.each(['| true', '> /dev/full'])('a help that nobody takes is no stack trace: %s', (where) => {
    expect(shell(`gatehouse --help ${where}`).stderr).not.toMatch(/^ +at /m);
  });
});
