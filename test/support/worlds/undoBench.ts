import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { deriveMailToken } from '../../../lambdas/core/mail/mailToken.ts';
import { confirmEmailChange } from '../../../lambdas/flows/accounts/confirmEmailChange.ts';
import { undoEmailChange } from '../../../lambdas/flows/accounts/undoEmailChange.ts';
import { factorBench } from './factorBench.ts';
import { ownAccountBench, password } from './ownAccountBench.ts';
import type { StoreBench } from './storeContract.ts';
import { from } from './world.ts';

export const newPassword = 'the password of who is back';

/** Accounts whose address is changed, and the change undone. */
export function undoBench(stores: StoreBench) {
  const own = ownAccountBench(stores);
  const factors = factorBench(stores);
  const { deps, startSession, principalOf, confirmationOf, jobs } = own;
  const undoDeps = () => ({ ...deps(), factors: stores.world.factors });

  const find = async ({ sub }: Pick<Account, 'sub'>) =>
    (await stores.world.accounts.find(sub)) ?? expect.fail('no account');
  const newAddress = () => `${randomUUID()}@moved.example`;

  /** Moves an account to another address, and answers with the token that the old one is mailed. */
  async function move(account: Account, to = newAddress(), currentPassword = password): Promise<string> {
    const before = await find(account);
    const session = await startSession(before);
    await own.requestChange(principalOf(session, { acr: 'aal2' }), to, currentPassword);
    const token = await confirmationOf(to, account.sub);
    await confirmEmailChange(deps(), {
      token,
      principal: principalOf(session),
      currentPassword: undefined,
      deviceToken: undefined,
      from,
    });
    return undoTokenOf(before.normalizedEmail, account.sub);
  }

  async function undoTokenOf(email: string, sub: string): Promise<string> {
    const found = (await jobs()).filter((job) => job['to'] === email && job['template'] === 'undo-email');
    const job = found.reduce((a, b) => (Number(a['expires_at']) > Number(b['expires_at']) ? a : b));
    const claims = { nonce: String(job['nonce']), expiresAt: Number(job['expires_at']) };
    return deriveMailToken('undo-email', { email, sub, ...claims }, stores.world.macKey);
  }

  const undo = (token: string) => undoEmailChange(undoDeps(), { token, newPassword, deviceToken: undefined, from });
  const mailsTo = async (email: string) =>
    (await jobs()).filter(({ to }) => to === email).map(({ template }) => String(template));

  return { own, factors, undoDeps, find, newAddress, move, undo, undoTokenOf, mailsTo };
}
