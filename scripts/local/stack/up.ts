import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Listr, type ListrTask, PRESET_TIMER } from 'listr2';
import { stackNames } from '../../../lambdas/manifest/deployment.ts';
import { type Clients, createClients } from '../cloud/clients.ts';
import { frontToken, startCloud } from '../cloud/cloud.ts';
import { ensureEmulator } from '../cloud/python.ts';
import { refuseTakenPorts } from '../cloud/services.ts';
import { applyFixups } from '../fixups.ts';
import { writeFrontConfig } from '../front/config.ts';
import { findMails } from '../front/mails.ts';
import { startFront } from '../front/service.ts';
import { paths, type Settings } from '../settings.ts';
import { bootstrap, deploy, synthesize } from './cdk.ts';
import { catchUp } from './hotReload.ts';
import { seedUsers } from './seed.ts';
import { describeDeployment, type StackFile, stageUrl, writeStackFile } from './stackFile.ts';
import { refuseFailedStacks } from './stacks.ts';

interface Context {
  stack?: StackFile;
}
type Task = ListrTask<Context>;

/**
 * Starts the local cloud, deploys the stack into it, and leaves `stack.json`. Can be called again at any time.
 * A caller that has to clean up after itself passes a signal; without one Ctrl-C ends the process.
 */
export async function bringUp(settings: Settings, interrupted?: AbortSignal): Promise<StackFile> {
  await refuseTakenPorts(settings, settings.ownsCloud ? ['cloud', 'front'] : ['front']);
  const { log, replaced } = paths(settings);
  for (const file of [log('up'), replaced]) mkdirSync(dirname(file), { recursive: true });
  const clients = createClients(settings);
  const tasks = new Listr<Context>(
    [
      {
        title: 'Start the local cloud and synthesize the stack',
        task: (_, task) =>
          task.newListr<Context>(
            [
              {
                title: 'Local cloud',
                task: (_, inner) =>
                  inner.newListr<Context>([emulator(settings), endpoint(settings), toolkit(settings, clients)], {
                    concurrent: false,
                  }),
              },
              { title: 'cdk synth', task: (_, inner) => synthesize(settings, lines(inner)) },
            ],
            { concurrent: true },
          ),
      },
      // In this order: from its first event on, the audit writer needs a bucket that locks.
      deployment('data', settings, clients),
      deployment('api', settings, clients),
      {
        title: `HTTPS front at ${settings.issuer}`,
        task: async () => {
          const mails = await findMails(settings.endpointUrl);
          const token = frontToken(settings);
          writeFrontConfig(paths(settings).frontFile, { upstream: await stageUrl(settings, clients), mails, token });
          await startFront(settings);
        },
      },
      {
        title: 'Demo users',
        task: async (context) => {
          const deployed = await describeDeployment(settings, clients);
          await catchUp(settings, clients.lambda, deployed.functions);
          writeStackFile(paths(settings).stackFile, deployed);
          const users = await seedUsers(settings);
          context.stack = { ...deployed, demo: { ...deployed.demo, users } };
          writeStackFile(paths(settings).stackFile, context.stack);
        },
      },
    ] satisfies Task[],
    // In a terminal the live list; elsewhere a line per step.
    {
      registerSignalListeners: interrupted === undefined,
      fallbackRenderer: 'simple',
      // A pseudo-terminal may have no width at all.
      fallbackRendererCondition: () => !process.stdout.isTTY || process.stdout.columns < 40,
      rendererOptions: { collapseSubtasks: false, timer: PRESET_TIMER },
      fallbackRendererOptions: { timer: PRESET_TIMER },
    },
  );
  const { stack } = await orInterrupted(tasks.run({}), interrupted);
  if (stack === undefined) throw new Error('unreachable: the last step leaves the stack');
  return stack;
}

/** Waits no longer than the signal allows; what still runs then fails by itself when the cloud is stopped. */
async function orInterrupted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}

/** Shows a command's latest line below its task, where lines can be replaced. */
function lines(task: { output: string }): (line: string) => void {
  return (line) => {
    if (process.stdout.isTTY) task.output = line;
  };
}

function emulator(settings: Settings): Task {
  return {
    title: 'emulator',
    enabled: settings.ownsCloud,
    task: (_, task) => ensureEmulator(settings, lines(task)).then(() => {}),
  };
}

function endpoint(settings: Settings): Task {
  return {
    title: settings.endpointUrl,
    task: async (_, task) => {
      task.title += `: ${await startCloud(settings)}`;
    },
  };
}

function toolkit(settings: Settings, clients: Clients): Task {
  return {
    title: 'cdk bootstrap',
    task: async (_, task) => {
      const made = await bootstrap(settings, clients.cloudFormation, lines(task));
      if (!made) task.title += ': done before';
    },
  };
}

function deployment(which: 'data' | 'api', settings: Settings, clients: Clients): Task {
  return {
    title: `cdk deploy ${stackNames(settings)[which]}`,
    task: async (_, task) => {
      const left = await deployStack(which, settings, clients, lines(task));
      if (left > 0) task.title += `, and ${left} settings that its CloudFormation leaves out`;
    },
  };
}

/** Deploys one of the stacks that were synthesized. Returns how many settings its CloudFormation had left out. */
export async function deployStack(
  which: 'data' | 'api',
  settings: Settings,
  clients: Clients,
  report: (line: string) => void,
): Promise<number> {
  const name = stackNames(settings)[which];
  await refuseFailedStacks(clients.cloudFormation, [name]);
  await deploy(settings, name, report);
  await refuseFailedStacks(clients.cloudFormation, [name]);
  return (await applyFixups(settings, clients, name)).length;
}
