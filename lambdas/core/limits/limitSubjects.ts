import { type CountsBy, type CountsByOf, type LimitName, limitDefinitions, limitNames } from '../../contract/limits.ts';
import type { Account } from '../accounts/account.ts';
import { hmacText, sha256Text } from '../common/digests.ts';
import { sourceGroup } from '../common/sourceGroup.ts';
import type { MacKey } from '../keys/macKeyRing.ts';
import { subkey } from '../keys/subkey.ts';
import type { LimitDecision } from './limitDecision.ts';

/** The part of an account that limits hang on. */
type LimitedAccount = Pick<Account, 'sub' | 'credentialsChangedAt'>;

interface Source {
  readonly ip: string;
}

interface Email {
  /** Normalised address, or the text that was given for one. */
  readonly email: string;
  /** Of the credential keys. */
  readonly key: MacKey;
}

interface Confirmation extends Email {
  /** Whether the address has confirmed a mail before, or gets none now. */
  readonly confirmed: boolean;
}

interface Credentials extends Email {
  /** Of the address's account; 0 where it has none. */
  readonly credentialsChangedAt: number;
}

/** Whom each way of counting counts for. */
interface Subjects {
  readonly source: Source;
  readonly email: Email;
  readonly emailAndSource: Email & Source;
  readonly unconfirmed: Confirmation;
  readonly credentials: Credentials;
  readonly credentialsAndSource: Credentials & Source;
  readonly account: Pick<Account, 'sub'>;
  readonly accountCredentials: LimitedAccount;
  readonly device: Pick<Account, 'sub'> & { readonly pairId: string };
  readonly deviceOrAccount: LimitedAccount & { readonly pairId?: string | undefined };
  readonly passkey: Pick<Account, 'sub'> & { readonly factorId: string };
  readonly session: { readonly sid: string };
  readonly link: { readonly tokenHash: string };
}

const keys: { readonly [By in CountsBy]: (subject: Subjects[By]) => string } = {
  source: ({ ip }) => sourceGroup(ip),
  email: emailKey,
  emailAndSource: (subject) => `${emailKey(subject)}#${sourceGroup(subject.ip)}`,
  unconfirmed: (subject) => (subject.confirmed ? `confirmed#${emailKey(subject)}` : 'all'),
  credentials: credentialsKey,
  credentialsAndSource: (subject) => `${credentialsKey(subject)}#${sourceGroup(subject.ip)}`,
  account: ({ sub }) => sub,
  accountCredentials: accountCredentialsKey,
  device: ({ sub, pairId }) => pairKey(sub, pairId),
  deviceOrAccount: ({ pairId, ...account }) =>
    pairId === undefined ? accountCredentialsKey(account) : pairKey(account.sub, pairId),
  passkey: ({ sub, factorId }) => pairKey(sub, factorId),
  session: ({ sid }) => sid,
  link: ({ tokenHash }) => tokenHash,
};

/** The question whether a limit admits this subject once more. */
export function limitFor<Name extends LimitName>(limit: Name, subject: Subjects[CountsByOf<Name>]): LimitDecision {
  const countsBy: CountsByOf<Name> = limitDefinitions[limit].countsBy;
  return { limit, key: keys[countsBy](subject) };
}

/** Every limit that counts by source address alone. */
export function limitsOfSource(ip: string): readonly LimitDecision[] {
  return decisions('source', { ip });
}

/** Every limit that names an account by its `sub`. */
export function limitsOfSub(account: LimitedAccount): readonly LimitDecision[] {
  return [
    ...decisions('account', account),
    ...decisions('accountCredentials', account),
    ...decisions('deviceOrAccount', account),
  ];
}

/**
 * Every limit that counts for an e-mail address, and for its account where it has one; from one source address as well.
 */
export function limitsOfAccount(
  of: Email & { readonly account: LimitedAccount | undefined; readonly ip: string | undefined },
): readonly LimitDecision[] {
  const { account, ip } = of;
  const subject = { ...of, credentialsChangedAt: account?.credentialsChangedAt ?? 0 };
  return [
    ...decisions('credentials', subject),
    ...(ip === undefined ? [] : decisions('credentialsAndSource', { ...subject, ip })),
    ...decisions('email', subject),
    ...(ip === undefined ? [] : decisions('emailAndSource', { ...subject, ip })),
    ...(account === undefined ? [] : limitsOfSub(account)),
  ];
}

function decisions<By extends CountsBy>(countsBy: By, subject: Subjects[By]): readonly LimitDecision[] {
  const names = limitNames.filter((name) => limitDefinitions[name].countsBy === countsBy);
  return names.map((limit) => ({ limit, key: keys[countsBy](subject) }));
}

/**
 * The same for an address with an account and for one without, so that limits tell neither from the other; without the
 * key it cannot be turned back into the address.
 */
function emailKey({ email, key: { key } }: Email): string {
  return hmacText(subkey('limit', key), email);
}

function accountCredentialsKey({ sub, credentialsChangedAt }: LimitedAccount): string {
  return `${sub}#${credentialsChangedAt}`;
}

/**
 * An account and something of its own with 128 random bits. No key names either, so that what outlives an erasure by
 * its TTL names nobody.
 */
function pairKey(sub: string, id: string): string {
  return sha256Text(`${sub}#${id}`);
}

/** A reset lets the owner in again, whatever others have tried. */
function credentialsKey(subject: Credentials): string {
  return `${emailKey(subject)}#${subject.credentialsChangedAt}`;
}
