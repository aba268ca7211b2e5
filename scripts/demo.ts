import { runJourney } from './demo/journey.ts';
import { JourneyError } from './demo/steps.ts';
import { paths, readSettings } from './local/settings.ts';
import { readStackFile } from './local/stack/stackFile.ts';
import { runMain, UserError } from './local/userError.ts';

await runMain(async () => {
  const file = process.env['GATEHOUSE_STACK_FILE'] ?? paths(readSettings()).stackFile;
  process.env['GATEHOUSE_STACK_FILE'] = file;
  process.stdout.write('\n  The demo journey\n\n');
  try {
    await runJourney(readStackFile(file), (title, seen) => {
      process.stdout.write(`  \u2714 ${title.padEnd(38)} ${seen}\n`);
    });
  } catch (error) {
    if (!(error instanceof JourneyError)) throw error;
    throw new UserError(`The demo journey stopped: ${error.message}`, 'The Lambdas tell more: npm run logs');
  }
  return true;
});
