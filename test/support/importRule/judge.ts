import { floors, isPort, type Place, placeOf, rooms, unlisted } from './places.ts';

/** The names of the rules that an import of our own files breaks, said a second time, without patterns of paths. */
export function brokenBy(file: string, target: string, kind: 'values' | 'types'): string[] {
  const from = placeOf(file);
  const to = placeOf(target);
  const rules: string[] = [];
  const breaks = (rule: string, broken: boolean) => {
    if (broken) rules.push(rule);
  };
  if (from.floor !== undefined) {
    const seen = floors[from.floor];
    breaks('floor-unlisted', seen === undefined);
    breaks(`floor-${from.floor}`, seen !== undefined && to.floor !== from.floor && !seen.includes(to.floor ?? ''));
    if (!isPort(file)) rules.push(...roomRules(from, to));
  }
  breaks('ports-are-types', isPort(file) && kind === 'values');
  breaks('core-knows-no-port', from.floor === 'core' && isPort(target));
  breaks('stores-read-tables-of-the-manifest-only', isOtherManifest(from, target));
  if (from.folder === 'lib') {
    const shared = to.floor === 'contract' || to.floor === 'manifest' || target.endsWith('/commonPasswords.ts');
    const value = kind === 'values' && to.floor !== undefined;
    breaks('lib-imports-values-of-contract-and-manifest-only', value && !shared);
    breaks('lib-stays-below', to.floor === undefined && to.folder !== 'lib');
  }
  const only = outside[from.folder];
  breaks(from.folder.split('/').at(-1) ?? '', only !== undefined && to.folder !== from.folder && !only(to));
  return rules;
}

/** The names of the rules that an import of a package, or of a module of Node.js, breaks. */
export function brokenByPackage(file: string, name: string): string[] {
  const from = placeOf(file);
  const { floor } = from;
  if (floor === undefined) return [];
  const rules: string[] = [];
  if (isPort(file)) rules.push('ports-are-types');
  if (floor === unlisted) rules.push('floor-unlisted');
  if (from.room === unlisted) rules.push(`room-${floor}-unlisted`);
  if ((floor === 'contract' || floor === 'manifest') && name !== 'zod') {
    rules.push('contract-and-manifest-use-zod-only');
  }
  if (name.startsWith('@aws-sdk/') && floor !== 'stores' && floor !== 'clients') {
    rules.push('aws-sdk-in-stores-and-clients-only');
  }
  return rules;
}

const below = ['flows', 'stores', 'clients', 'core', 'manifest', 'contract'];

/** What may be imported from outside `lambdas/` and `lib/`, where anything is not. */
const outside: Readonly<Record<string, (to: Place) => boolean>> = {
  bin: ({ floor, folder }) => floor !== undefined || folder === 'lib' || folder === 'bin/commands',
  'bin/commands': ({ floor }) => floor !== undefined && below.includes(floor),
  scripts: ({ floor, folder }) => floor === 'contract' || floor === 'manifest' || folder.startsWith('bin'),
  examples: ({ folder }) => folder === 'packages',
};

function roomRules(from: Place, to: Place): string[] {
  const { floor = '', room = '' } = from;
  if (room === unlisted) return [`room-${floor}-unlisted`];
  const seen = rooms[floor]?.[room];
  if (seen === undefined || to.floor !== floor || to.room === room || to.room === undefined) return [];
  return seen.includes(to.room) ? [] : [`room-${floor}-${room}`];
}

const isOtherManifest = ({ floor }: Place, target: string) =>
  floor === 'stores' && target.startsWith('lambdas/manifest/') && target !== 'lambdas/manifest/tables.ts';
