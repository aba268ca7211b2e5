const { floors, rooms } = require('./.dependency-cruiser.floors.cjs');

const lambdas = '^lambdas/';
const floor = (name) => `^lambdas/${name}/`;

/** Our own files under `from` may import, of our own files, only those under `to`. */
const only = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(bin|lib|lambdas|scripts|test|bench|examples|packages)/', pathNot: [from, ...to] },
});

const floorRules = Object.entries(floors).map(([name, seen]) => only(`floor-${name}`, floor(name), seen.map(floor)));

/**
 * What a store or a client promises, as a type, in the room whose name the store's room bears. One transaction writes
 * data of many rooms, so a port may mention any of them; in turn the rules of `core/` know no port.
 */
const ports = '^lambdas/core/[^/]+/ports\\.ts$';

const roomRules = Object.entries(rooms).flatMap(([name, seenBy]) =>
  Object.entries(seenBy).map(([room, seen]) => ({
    name: `room-${name}-${room}`,
    severity: 'error',
    from: { path: `^lambdas/${name}/${room}/`, pathNot: ports },
    to: { path: floor(name), pathNot: [room, ...seen].map((one) => `^lambdas/${name}/${one}/`) },
  })),
);

/** A file of a floor that has rooms lies in one that the rule lists. */
const noOtherRooms = Object.entries(rooms).map(([name, seenBy]) => ({
  name: `room-${name}-unlisted`,
  severity: 'error',
  from: { path: floor(name), pathNot: Object.keys(seenBy).map((room) => `^lambdas/${name}/${room}/`) },
  to: {},
}));

/**
 * The import rule: who may import what. CONTRIBUTING.md and docs/architecture.md tell it,
 * test/unit/scripts/importRule.test.ts proves it.
 */
module.exports = {
  forbidden: [
    ...floorRules,
    ...roomRules,
    ...noOtherRooms,
    {
      name: 'floor-unlisted',
      severity: 'error',
      from: { path: lambdas, pathNot: Object.keys(floors).map(floor) },
      to: {},
    },
    {
      name: 'ports-are-types',
      severity: 'error',
      from: { path: ports },
      to: { dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'core-knows-no-port',
      severity: 'error',
      from: { path: floor('core') },
      to: { path: ports },
    },
    {
      name: 'contract-and-manifest-use-zod-only',
      severity: 'error',
      from: { path: [floor('contract'), floor('manifest')] },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: 'node_modules/zod/' },
    },
    {
      name: 'aws-sdk-in-stores-and-clients-only',
      severity: 'error',
      from: { path: lambdas, pathNot: [floor('stores'), floor('clients')] },
      to: { path: 'node_modules/@aws-sdk/' },
    },
    {
      name: 'stores-read-tables-of-the-manifest-only',
      severity: 'error',
      from: { path: floor('stores') },
      to: { path: floor('manifest'), pathNot: '^lambdas/manifest/tables\\.ts$' },
    },
    {
      name: 'lib-imports-values-of-contract-and-manifest-only',
      severity: 'error',
      from: { path: '^lib/' },
      to: {
        path: lambdas,
        pathNot: [
          floor('contract'),
          floor('manifest'),
          // The format of a file that the build makes and a Lambda reads.
          '^lambdas/core/passwords/commonPasswords\\.ts$',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    only('lib-stays-below', '^lib/', [lambdas]),
    only('bin', '^bin/[^/]+$', ['^bin/', '^lib/', lambdas]),
    only('commands', '^bin/commands/', ['flows', 'stores', 'clients', 'core', 'manifest', 'contract'].map(floor)),
    only('scripts', '^scripts/', [floor('contract'), floor('manifest'), '^bin/']),
    only('examples', '^examples/', ['^packages/']),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolvable',
      severity: 'error',
      // Their packages are installed by `npm run bench` alone.
      from: { pathNot: '^bench/peers/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(cdk\\.out|\\.local|bench/node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
