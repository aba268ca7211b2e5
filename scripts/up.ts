import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cloudEnvironment, paths, readSettings, type Settings } from './local/settings.ts';
import { announce } from './local/stack/announce.ts';
import { bringUp } from './local/stack/up.ts';
import { runMain } from './local/userError.ts';

/** The demo journey, on the terminal: it shows that what was deployed works. */
async function runDemo(settings: Settings, mailUrl: string): Promise<boolean> {
  const script = join(settings.root, 'scripts/demo.ts');
  if (process.argv.includes('--no-demo') || !existsSync(script)) return true;
  if (!(await fetch(mailUrl)).ok) {
    process.stdout.write('\nSkipped: the demo journey, since this endpoint has no list of the mails it has sent\n');
    return true;
  }
  const env = { ...cloudEnvironment(settings), GATEHOUSE_STACK_FILE: paths(settings).stackFile };
  const child = spawn(process.execPath, [script], { cwd: settings.root, env, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code === 0;
}

await runMain(async () => {
  const started = performance.now();
  const settings = readSettings();
  const stack = await bringUp(settings);
  const succeeded = await runDemo(settings, stack.mail_url);
  process.stdout.write(announce(settings, stack));
  process.stdout.write(
    `  ${succeeded ? 'Up' : 'The demo failed'} after ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
  );
  return succeeded;
});
