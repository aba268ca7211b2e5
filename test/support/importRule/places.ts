import { createRequire } from 'node:module';
import { z } from 'zod';

const listsSchema = z.object({
  floors: z.record(z.string(), z.array(z.string())),
  rooms: z.record(z.string(), z.record(z.string(), z.array(z.string()))),
});

/** The lists that the rule is made of. */
export const { floors, rooms } = listsSchema.parse(
  createRequire(import.meta.url)('../../../.dependency-cruiser.floors.cjs'),
);

/** A folder that the rule tells from others: a room of a floor, a floor without rooms, or one outside `lambdas/`. */
export interface Place {
  readonly folder: string;
  readonly floor?: string;
  readonly room?: string;
}

/** A room, and a floor, that the lists do not know. */
export const unlisted = 'attic';

export const places: readonly Place[] = [
  ...Object.keys(floors).flatMap((floor): Place[] => {
    const listed = rooms[floor];
    if (listed === undefined) return [{ folder: `lambdas/${floor}`, floor }];
    return [...Object.keys(listed), unlisted].map((room) => ({ folder: `lambdas/${floor}/${room}`, floor, room }));
  }),
  { folder: `lambdas/${unlisted}`, floor: unlisted },
  ...['lib', 'bin', 'bin/commands', 'scripts', 'test', 'bench', 'examples', 'packages'].map((folder) => ({ folder })),
];

/** Whether a file says what stores or clients promise: types alone, of any room, unknown to the rules of `core/`. */
export function isPort(file: string): boolean {
  return /^lambdas\/core\/[^/]+\/ports\.ts$/.test(file);
}

/** The place of a file: the innermost, since `bin/commands` lies in `bin`. */
export function placeOf(file: string): Place {
  const around = places.filter(({ folder }) => file.startsWith(`${folder}/`));
  const [place] = around.sort((one, other) => other.folder.length - one.folder.length);
  if (place === undefined) throw new Error(`no place holds ${file}`);
  return place;
}
