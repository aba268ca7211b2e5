const lambdas = '^lambdas/';

/** Files under `from` may import, of our own folders, only those under `to`. */
const only = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(bin|lib|lambdas|scripts|test|bench|examples)/', pathNot: [from, ...to] },
});

const layer = (folder) => `^lambdas/${folder}/`;

/** The import rule: who may import what, as CONTRIBUTING.md lists it. */
module.exports = {
  forbidden: [
    only('contract-imports-itself-only', layer('contract'), []),
    only('core-imports-contract', layer('core'), [layer('contract')]),
    ...['flows', 'stores', 'clients', 'middleware', 'pages'].map((folder) =>
      only(`${folder}-import-core-and-contract`, layer(folder), [layer('core'), layer('contract')]),
    ),
    only(
      'endpoints-know-no-stores',
      layer('endpoints'),
      ['flows', 'middleware', 'pages', 'core', 'contract'].map(layer),
    ),
    only('handlers-stay-in-lambdas', layer('handlers'), [lambdas]),
    {
      name: 'contract-uses-zod-only',
      severity: 'error',
      from: { path: layer('contract') },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: 'node_modules/zod/' },
    },
    {
      name: 'aws-sdk-in-stores-and-clients-only',
      severity: 'error',
      from: { path: lambdas, pathNot: ['^lambdas/(stores|clients)/'] },
      to: { path: 'node_modules/@aws-sdk/' },
    },
    {
      name: 'config-is-for-handlers',
      severity: 'error',
      from: { path: '^(lambdas|lib|bin)/', pathNot: ['^lambdas/handlers/', '^lambdas/config\\.ts$'] },
      to: { path: '^lambdas/config\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'lib-imports-values-of-contract-only',
      severity: 'error',
      from: { path: '^lib/' },
      to: {
        path: lambdas,
        pathNot: [
          layer('contract'),
          '^lambdas/[a-z]+/[A-Za-z]*[cC]onstants\\.ts$',
          '^lambdas/stores/tables\\.ts$',
          // The format of a file that the build makes and a Lambda reads.
          '^lambdas/core/commonPasswords\\.ts$',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    only('lib-stays-below', '^lib/', [lambdas]),
    only('commands', '^bin/commands/', ['flows', 'stores', 'clients', 'core', 'contract'].map(layer)),
    only('scripts', '^scripts/', [layer('contract'), '^bin/']),
    only('examples', '^examples/', ['^package\\.json$']),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(cdk\\.out|\\.local)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
