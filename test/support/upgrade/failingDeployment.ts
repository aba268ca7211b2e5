import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App, Fn } from 'aws-cdk-lib';
import { CfnFunction, Code } from 'aws-cdk-lib/aws-lambda';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import cdkJson from '../../../cdk.json' with { type: 'json' };
import { stackNames } from '../../../lambdas/manifest/deployment.ts';
import { bundleFolder } from '../../../lib/bundle/bundle.ts';
import { addGatehouse } from '../../../lib/gatehouse.ts';
import { type ContextName, readSettings as readDeploymentSettings } from '../../../lib/settings.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { createClients } from '../../../scripts/local/cloud/clients.ts';
import { paths, readSettings } from '../../../scripts/local/settings.ts';
import { deploy } from '../../../scripts/local/stack/cdk.ts';
import { describeStack } from '../../../scripts/local/stack/stacks.ts';

/**
 * Deploys the API stack of the working tree, whose bundles are there, with a resource besides that cannot be made: once
 * every Lambda is new, the deployment fails and is rolled back.
 *
 * @returns the state that the stack is left in
 */
export async function deployAndFail(): Promise<string | undefined> {
  const settings = readSettings();
  const stateDir = mkdtempSync(join(tmpdir(), 'gatehouse-failing-'));
  const { assembly, log } = paths({ stateDir });
  mkdirSync(dirname(log('cdk')), { recursive: true });
  const context: Partial<Record<ContextName, string>> = { stage: settings.stage, issuer: settings.issuer };
  const app = new App({ outdir: assembly, context: cdkJson.context });
  const { api } = addGatehouse(app, {
    settings: readDeploymentSettings((name) => context[name]),
    code: (name) => Code.fromAsset(bundleFolder(settings.stage, name)),
    version: packageJson.version,
  });
  const failing = new CfnParameter(api, 'NeverMade', { type: 'String', value: Fn.importValue('no-such-export') });
  for (const node of api.node.findAll()) if (node instanceof CfnFunction) failing.addResourceDependency(node);
  app.synth();
  const { api: name } = stackNames(settings);
  const failure = await deploy({ ...settings, stateDir }, name, () => {}).catch((error: unknown) => error);
  if (failure === undefined) throw new Error('the deployment did not fail');
  rmSync(stateDir, { recursive: true });
  return (await describeStack(createClients(settings).cloudFormation, name))?.status;
}
