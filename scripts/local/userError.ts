/** A failure that the person at the keyboard can mend. Shown as one line: what is wrong, and the remedy. */
export class UserError extends Error {
  constructor(problem: string, remedy: string) {
    super(`${problem}. ${remedy}.`);
    this.name = 'UserError';
  }
}

/** Runs a script's main function; its exit code is 1 when the function throws or returns false. */
export async function runMain(main: () => Promise<boolean>): Promise<void> {
  try {
    if ((await main()) === false) process.exitCode = 1;
  } catch (error) {
    process.exitCode = 1;
    const expected = error instanceof UserError && process.env['GATEHOUSE_DEBUG'] === undefined;
    process.stderr.write(expected ? `error: ${error.message}\n` : `error: ${describe(error)}\n`);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
