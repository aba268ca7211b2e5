import { parseArgs } from 'node:util';
import { lambdaNames } from '../lambdas/contract/lambdas.ts';
import { stageNames } from '../lambdas/manifest/setting.ts';
import { bundle, bundleFolder } from '../lib/bundle/bundle.ts';

/**
 * `node bin/bundle.ts [--stage local] [function…]` bundles Lambdas, all unless named, and prints `name folder` of each.
 */
const { values, positionals } = parseArgs({
  options: { stage: { type: 'string', default: 'local' } },
  allowPositionals: true,
});
const stage = stageNames.find((name) => name === values.stage);
const unknown = positionals.filter((name) => !lambdaNames.some((known) => known === name));
if (!stage || unknown.length > 0) {
  console.error(
    stage ? `No function ${unknown.join(', ')}; there are ${lambdaNames.join(', ')}` : `No stage ${values.stage}`,
  );
  process.exit(1);
}
const named = lambdaNames.filter((name) => positionals.length === 0 || positionals.includes(name));
bundle({ stage, lambdaNames: named });
for (const name of named) console.log(`${name} ${bundleFolder(stage, name)}`);
