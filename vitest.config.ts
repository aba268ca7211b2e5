import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** All of `vi` but a function of one's own and waiting, and writes to the process or to a global. */
const changes = [
  /\bvi\.(?!fn\b|mocked\b|waitFor\b)\w+/,
  /\b(process|globalThis)(\.\w+|\[[^\]]+\])+\s*(\?\?|\|\||&&)?=(?![=>])/,
  /\bdelete\s+(process|globalThis)\b/,
  /\b(Object|Reflect)\.(assign|set|define\w+|delete\w+)\(\s*(process|globalThis)\b/,
];
const changesOthers = (text: string) => changes.some((change) => change.test(text));

/**
 * The unit tests that change what others see: the environment, a global, a module. Each of them is run by itself. The
 * others share their modules: loading them anew for every file takes longer than the tests.
 */
const alone = readdirSync('test/unit', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !name.endsWith('.slow.test.ts'))
  .map((name) => `test/unit/${name}`)
  .filter((file) => changesOthers(readFileSync(file, 'utf8')));

/** What the stores promise is held against the client that the build puts in the place of the SDK, too. */
const contracts = readdirSync('test/integration', { recursive: true, encoding: 'utf8' })
  .map((name) => `test/integration/${name}`)
  .filter(
    (file) => file.endsWith('.test.ts') && /\b(storeContract|databaseEndpoints)\(/.test(readFileSync(file, 'utf8')),
  );
const lightClient = join(import.meta.dirname, 'test/support/light/dynamodb.ts');
/** Each client asks one DynamoDB, and each DynamoDB is asked by one client; `npm run prove` has all four pairs. */
const asking = (database: string) => ({ GATEHOUSE_DATABASES: process.env['GATEHOUSE_DATABASES'] ?? database });

const slow = 'test/unit/**/*.slow.test.ts';

/** Of the unit tests that share their modules: whoever tests logs or metrics changes this, and is run alone. */
const env = { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' };

const readsAll = ['test/e2e/journey.test.ts', 'test/e2e/accounts/erasure.test.ts'];

/**
 * The time limits are for what hangs, on a machine that is busy with other things as well: tests of seconds then take a
 * minute. What a test says of durations it asserts itself.
 *
 * `unit`, `infra` and `slow` need nothing. The others talk to a running stack, whose `stack.json` is named by
 * GATEHOUSE_STACK_FILE: `npm test` starts one of its own; by hand, that of `npm run up` is taken.
 */
export default defineConfig({
  test: {
    // A test that asserts nothing, or a file without tests, is a mistake.
    expect: { requireAssertions: true },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: [...alone, slow],
          isolate: false,
          env,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { extends: true, test: { name: 'unit-alone', include: alone, testTimeout: 120_000, hookTimeout: 120_000 } },
      {
        extends: true,
        test: {
          name: 'infra',
          include: ['test/infra/**/*.test.ts'],
          // The files share what takes long: the CDK's modules, and each stage once synthesized.
          isolate: false,
          // The CDK's own validation takes most of a synthesis. The slow tests and every deployment have it done.
          env: { CDK_VALIDATION: 'false' },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          // What the build makes, and unit tests of seconds: `npm test` runs them, the check does not.
          name: 'slow',
          include: ['test/bundle/**/*.test.ts', slow],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          env: asking('the local cloud'),
          globalSetup: ['test/support/stack/requireStack.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        resolve: { alias: { '@aws-sdk/client-dynamodb': lightClient, '@aws-sdk/lib-dynamodb': lightClient } },
        test: {
          name: 'integration-light',
          include: contracts,
          env: asking('DynamoDB Local'),
          globalSetup: ['test/support/stack/requireStack.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          // Those that read all that the stack has written, while that is little.
          name: 'e2e-first',
          include: readsAll,
          globalSetup: ['test/support/stack/requireStack.ts'],
          fileParallelism: false,
          // Of group 0, files without parallelism come last.
          sequence: { groupOrder: 1 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: readsAll,
          globalSetup: ['test/support/stack/requireStack.ts'],
          // They share the clock of one stack: rotations and measured delays must not meet.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          // Of what the suites before it have left behind.
          name: 'afterwards',
          include: ['test/afterwards/**/*.test.ts'],
          globalSetup: ['test/support/stack/requireStack.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          // Deploys the working tree over the release before.
          name: 'upgrade',
          include: ['test/upgrade/**/*.test.ts'],
          globalSetup: ['test/support/stack/requireStack.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'prove',
          include: ['test/prove/**/*.test.ts'],
          globalSetup: ['test/support/stack/requireStack.ts'],
          fileParallelism: false,
          testTimeout: 3_600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
