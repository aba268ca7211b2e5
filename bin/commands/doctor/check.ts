import { describeError } from '../support/cliError.ts';

export interface Finding {
  /** A warning stops no deployment. */
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  /** What is there. */
  readonly found: string;
  /** What to do about it. */
  readonly remedy?: string;
}

export interface Check {
  readonly name: string;
  /** What to do when the look itself fails. */
  readonly remedy: string;
  look(): Promise<Finding>;
}

export interface CheckResult extends Finding {
  readonly name: string;
}

/** Looks at everything, whatever fails. */
export function runChecks(checks: readonly Check[]): Promise<readonly CheckResult[]> {
  return Promise.all(
    checks.map(async ({ name, remedy, look }): Promise<CheckResult> => {
      try {
        return { name, ...(await look()) };
      } catch (error) {
        return { name, state: 'failed', found: describeError(error), remedy };
      }
    }),
  );
}

/** What a missing thing throws, as undefined. */
export function unless(...names: readonly string[]): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof Error && names.includes(error.name)) return undefined;
    throw error;
  };
}
