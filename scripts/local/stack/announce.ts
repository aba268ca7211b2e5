import { relative } from 'node:path';
import type { Settings } from '../settings.ts';
import { shellWord } from '../shellWord.ts';
import type { StackFile } from './stackFile.ts';

/** What a person needs after `up`: where it is, who can sign in, and lines to paste. */
export function announce(settings: Settings, stack: StackFile): string {
  const proxied = Object.keys(process.env).some((name) => /^(https|all)_proxy$/i.test(name));
  const ca = shellWord(relative(process.cwd(), stack.ca_file));
  const curl = `curl${proxied ? ' --noproxy localhost' : ''} --cacert ${ca}`;
  const [user] = stack.demo.users;
  const lines = [
    '',
    `  API         ${stack.api_url}`,
    `  Mails       ${stack.mail_url}`,
    `  AWS         ${stack.endpoint_url}  (region ${stack.region}, credentials test / test)`,
    `  All of it   ${relative(process.cwd(), settings.stateDir)}/stack.json`,
    '',
    ...credentials(stack),
    `  ${curl} ${stack.api_url}/health`,
    `  ${curl} ${stack.api_url}/.well-known/jwks.json`,
    ...(user === undefined ? [] : signIn(curl, stack.api_url, user)),
    '',
    '  npm run status · logs · dev · down · reset',
    '',
  ];
  return lines.join('\n');
}

function credentials({ demo }: StackFile): string[] {
  if (demo.users.length === 0) return [];
  const rows = demo.users.map(
    ({ email, password, tenant_id, roles }) =>
      `  ${email.padEnd(18)} ${password.padEnd(26)} ${`${tenant_id}: ${roles.join(', ')}`}`,
  );
  return [...rows, ''];
}

function signIn(curl: string, apiUrl: string, { email, password }: { email: string; password: string }): string[] {
  const body = JSON.stringify({ email, password });
  return [
    `  ${curl} ${apiUrl}/auth/login -H 'Content-Type: application/json' -d '${body}'`,
    `  ${curl} ${apiUrl}/auth/me -H "Authorization: Bearer $ACCESS_TOKEN"`,
  ];
}
