import { stackNames } from '../lambdas/manifest/deployment.ts';
import { createClients } from './local/cloud/clients.ts';
import { isHealthy } from './local/cloud/cloud.ts';
import { isPortTaken } from './local/cloud/ports.ts';
import { otherServices, runningAt } from './local/cloud/services.ts';
import { readSettings, type Settings } from './local/settings.ts';
import { describeStack } from './local/stack/stacks.ts';
import { runMain } from './local/userError.ts';

interface Row {
  readonly name: string;
  readonly ok: boolean;
  readonly state: string;
}

async function inspect(settings: Settings): Promise<Row[]> {
  const healthy = await isHealthy(settings.endpointUrl);
  const cloudPid = runningAt('cloud', settings)?.pid;
  const frontPid = runningAt('front', settings)?.pid;
  const owner = settings.ownsCloud ? (cloudPid === undefined ? 'not ours' : `pid ${cloudPid}`) : 'external';
  const frontUp = frontPid !== undefined && (await isPortTaken(settings.frontPort));
  return [
    { name: 'local cloud', ok: healthy, state: healthy ? `${settings.endpointUrl}, ${owner}` : 'not running' },
    ...(healthy ? await inspectStacks(settings) : []),
    { name: 'front', ok: frontUp, state: frontUp ? `${settings.issuer}, pid ${frontPid}` : 'not running' },
  ];
}

async function inspectStacks(settings: Settings): Promise<Row[]> {
  const { cloudFormation } = createClients(settings);
  return Promise.all(
    Object.values(stackNames(settings)).map(async (name) => {
      const stack = await describeStack(cloudFormation, name);
      return { name, ok: stack?.status.endsWith('_COMPLETE') ?? false, state: stack?.status ?? 'not deployed' };
    }),
  );
}

await runMain(async () => {
  const settings = readSettings();
  const rows = await inspect(settings);
  for (const { name, ok, state } of rows) process.stdout.write(`${ok ? '✔' : '✖'} ${name.padEnd(22)} ${state}\n`);
  process.stdout.write(otherServices(settings));
  return rows.every(({ ok }) => ok);
});
