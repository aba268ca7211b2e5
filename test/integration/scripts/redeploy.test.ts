import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { expect, it } from 'vitest';
import { paths, readSettings } from '../../../scripts/local/settings.ts';
import { deploy } from '../../../scripts/local/stack/cdk.ts';
import { exportedValues } from '../../../scripts/local/stack/stacks.ts';
import { awsClients } from '../../support/stack/awsClients.ts';
import { stack } from '../../support/stack/stack.ts';

it('a stack of which nothing but its exports has changed is deployed, too', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'gatehouse-redeploy-'));
  const settings = readSettings({ stateDir, endpointUrl: stack().endpoint_url });
  const { assembly, log } = paths(settings);
  mkdirSync(dirname(log('cdk')), { recursive: true });
  const deployExporting = async (exports: readonly string[]) => {
    rmSync(assembly, { recursive: true, force: true });
    const app = new App({ outdir: assembly });
    const made = new Stack(app, 'redeployed', { env: { account: settings.accountId, region: settings.region } });
    const queue = new CfnQueue(made, 'Queue');
    for (const name of exports) new CfnOutput(made, name, { value: queue.attrQueueName, exportName: name });
    app.synth();
    await deploy(settings, 'redeployed', () => {});
  };
  await deployExporting(['RedeployedFirst']);
  await deployExporting(['RedeployedFirst', 'RedeployedSecond']);
  const exported = await exportedValues(awsClients().cloudFormation);
  expect([...exported.keys()].filter((name) => name.startsWith('Redeployed')).sort()).toEqual([
    'RedeployedFirst',
    'RedeployedSecond',
  ]);
  rmSync(stateDir, { recursive: true });
});
