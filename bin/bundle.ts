import { parseArgs } from 'node:util';
import { bundle, bundleFolder } from '../lib/bundle/bundle.ts';
import { functionNames } from '../lib/functions/functionSettings.ts';
import { stageNames } from '../lib/stages.ts';

/** `node bin/bundle.ts [--stage local] [function…]` bundles Lambdas, all unless named, and prints `name folder` for each. */
const { values, positionals } = parseArgs({
  options: { stage: { type: 'string', default: 'local' } },
  allowPositionals: true,
});
const stage = stageNames.find((name) => name === values.stage);
const unknown = positionals.filter((name) => !functionNames.some((known) => known === name));
if (!stage || unknown.length > 0) {
  console.error(
    stage ? `No function ${unknown.join(', ')}; there are ${functionNames.join(', ')}` : `No stage ${values.stage}`,
  );
  process.exit(1);
}
const named = functionNames.filter((name) => positionals.length === 0 || positionals.includes(name));
bundle({ stage, functionNames: named });
for (const name of named) console.log(`${name} ${bundleFolder(stage, name)}`);
