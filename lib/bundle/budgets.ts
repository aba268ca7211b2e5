import type { LambdaName } from '../../lambdas/contract/lambdas.ts';

/**
 * The most that a Lambda's code may have, in thousands of bytes: what it had when this was written, and a little. What
 * a bundle holds is read, compiled and run before its Lambda answers for the first time.
 */
export const budgetsKb: Readonly<Record<LambdaName, number>> = {
  // The bars of issue 10: 150 and 250.
  authorizer: 150,
  refresh: 170,
  wellKnown: 125,
  session: 170,
  registration: 205,
  recovery: 235,
  account: 215,
  signIn: 215,
  factorSignIn: 580,
  factors: 560,
  // Nobody waits for these.
  eraser: 320,
  mailer: 430,
  mailSweeper: 435,
  mailEvents: 315,
  auditWriter: 470,
  auditSweeper: 470,
  rotateSigningKeys: 345,
  rotateRefreshKeys: 310,
  initializeSecrets: 330,
  addSweepKeys: 330,
};

/** What to say of each Lambda whose code is larger than its budget; sizes in bytes. */
export function overBudget(sizes: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(budgetsKb).flatMap(([name, budgetKb]) => {
    const size = sizes[name];
    if (size === undefined) return [`${name}: its size is not known`];
    if (size <= budgetKb * 1000) return [];
    return [`${name}: ${(size / 1000).toFixed(1)} KB, of ${budgetKb} at most (lib/bundle/budgets.ts)`];
  });
}
