import type { LimitName } from '../../contract/limits.ts';
import type { Account } from '../../core/accounts/account.ts';
import type { MacKey } from '../../core/keys/macKeyRing.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import type { LimitCounter } from '../../core/limits/ports.ts';

export interface MailAllowanceDeps {
  readonly limits: LimitCounter;
  /** Is told of each mail that is withheld, because too many go to addresses that never confirmed one. */
  readonly onMailWithheld: () => void;
}

/** Whom a mail is for, with or without an account. */
export interface Addressee {
  /** Normalised address. */
  readonly email: string;
  /** Of the credential keys. */
  readonly key: MacKey;
}

/** The limits of the mails that strangers can ask for, one for each purpose. */
type MailLimit = Extract<LimitName, 'registrationPerAccountAndAddress' | 'resetPerAccountAndAddress'>;

/**
 * Whether a source has room for one more mail of a purpose to an address, and the address for one more of any. It
 * counts the same whether there is an account or not.
 *
 * @throws ProblemError `unavailable`.
 */
export async function hasMailLeft(
  { limits }: Pick<MailAllowanceDeps, 'limits'>,
  limit: MailLimit,
  request: Addressee & { readonly ip: string },
): Promise<boolean> {
  if (!(await limits.consume(limitFor(limit, request))).admitted) return false;
  return (await limits.consume(limitFor('mailsPerAccount', request))).admitted;
}

/**
 * Whether an address has room for a mail that the owner of an account asks for. It counts among all mails of the
 * address; where those are used up, owners have some that no stranger can use up.
 *
 * @throws ProblemError `unavailable`.
 */
export async function hasOwnersMailLeft(
  { limits }: Pick<MailAllowanceDeps, 'limits'>,
  addressee: Addressee,
): Promise<boolean> {
  if ((await limits.consume(limitFor('mailsPerAccount', addressee))).admitted) return true;
  return (await limits.consume(limitFor('ownersMailsPerAccount', addressee))).admitted;
}

/**
 * Whether a mail may leave: the deployment sends so many an hour to addresses that never confirmed one, because those
 * may be made up, and their bounces cost the sender its name. It is one write for every address, and for no mail too.
 *
 * @param mail who gets it: the account of the address, if it has one; undefined where no mail is to be sent.
 * @throws ProblemError `unavailable`.
 */
export async function mayLeave(
  { limits, onMailWithheld }: MailAllowanceDeps,
  addressee: Addressee,
  mail: { readonly account: Pick<Account, 'emailVerified'> | undefined } | undefined,
): Promise<boolean> {
  const confirmed = mail === undefined || mail.account?.emailVerified === true;
  const { admitted } = await limits.consume(limitFor('unconfirmedMailsPerDeployment', { ...addressee, confirmed }));
  if (mail === undefined) return false;
  if (confirmed || admitted) return true;
  onMailWithheld();
  return false;
}
