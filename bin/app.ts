import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { lambdaNames } from '../lambdas/contract/lambdas.ts';
import { bundle, bundleFolder } from '../lib/bundle/bundle.ts';
import { addGatehouse } from '../lib/gatehouse.ts';
import { readSettings, SettingsError } from '../lib/settings.ts';
import packageJson from '../package.json' with { type: 'json' };

const app = new App();
try {
  const settings = readSettings((name) => app.node.tryGetContext(name));
  const { stage } = settings;
  bundle({ stage, lambdaNames });
  addGatehouse(app, {
    settings,
    code: (name) => Code.fromAsset(bundleFolder(stage, name)),
    version: packageJson.version,
  });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exit(1);
}
