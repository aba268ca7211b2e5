import { type LimitName, limitDefinitions, limitNames } from '../../lambdas/contract/limits.ts';

const counted = {
  source: 'source address',
  email: 'e-mail address',
  emailAndSource: 'e-mail address and source address, whether or not there is an account',
  unconfirmed: 'all e-mail addresses that never confirmed a mail, together',
  credentials: 'e-mail address, until its password changes',
  credentialsAndSource: 'e-mail address and source address',
  account: 'account',
  accountCredentials: 'account, until its password changes',
  device: 'account and known device',
  deviceOrAccount: 'account and known device, or else the account',
  passkey: 'passkey',
  session: 'session',
  link: 'mailed link',
} as const satisfies Record<(typeof limitDefinitions)[LimitName]['countsBy'], string>;

function duration(seconds: number): string {
  const [unit, size] = (
    [
      ['d', 86_400],
      ['h', 3600],
      ['min', 60],
    ] as const
  ).find(([, of]) => seconds % of === 0) ?? ['s', 1];
  return `${seconds / size} ${unit}`;
}

function allowance(name: LimitName): string {
  const { kind, default: rule } = limitDefinitions[name];
  if (kind === 'window') return `${rule.maximum} in ${duration(rule.windowSeconds)}`;
  const pauses = rule.pauses.map(({ upTo, seconds }) => `to ${upTo} one every ${duration(seconds)}`);
  return [`${rule.freeAttempts} failures in a row`, ...pauses, 'then none'].join(', ');
}

/** The limits as the operator's page lists them: a line of a Markdown table each. */
export function limitTable(): readonly string[] {
  return limitNames.map((name) => `| \`${name}\` | ${counted[limitDefinitions[name].countsBy]} | ${allowance(name)} |`);
}
