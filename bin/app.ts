import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { lambdaNames } from '../lambdas/contract/lambdas.ts';
import { openAssets } from '../lib/bundle/assetModes.ts';
import { bundle, bundleFolder } from '../lib/bundle/bundle.ts';
import { addGatehouse } from '../lib/gatehouse.ts';
import { readSettings } from '../lib/settings.ts';
import { checkContextNames } from '../lib/settingsChecks.ts';
import { SettingsError } from '../lib/settingsError.ts';
import packageJson from '../package.json' with { type: 'json' };

const app = new App();
try {
  checkContextNames(Object.keys(app.node.getAllContext()));
  const { CDK_DEFAULT_REGION: region, CDK_DEFAULT_ACCOUNT: account } = process.env;
  const settings = readSettings((name) => app.node.tryGetContext(name), { region, account });
  const { stage } = settings;
  bundle({ stage, lambdaNames });
  addGatehouse(app, {
    settings,
    code: (name) => Code.fromAsset(bundleFolder(stage, name)),
    version: packageJson.version,
  });
  openAssets(app.synth().directory);
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exit(1);
}
