import { startContestant } from '../common/children.ts';
import { type FigureGroup, figureGroup, type Part, type PartOptions, ratioIn } from '../common/result.ts';
import { inRounds } from '../common/rounds.ts';
import { hashAlone, kinds, nameOf } from './names.ts';

/** So many sign-ins a round. */
const count = 10;
const signIn = nameOf('new device');

export const part: Part = {
  title: 'Sign-in with a password, storage in memory',
  async run(options) {
    const about = { unit: 'ms', better: 'lower' } as const;
    const cpu = await measured(
      options,
      { ...about, title: 'CPU of a sign-in' },
      [hashAlone, ...kinds.map(nameOf)],
      0,
      'cpu',
    );
    const wall = await measured(
      options,
      { ...about, title: 'wall time, storage 5 ms away' },
      kinds.map(nameOf),
      5,
      'wall',
    );
    return {
      groups: [cpu, wall],
      bars: [
        {
          claim: 'share of a sign-in’s CPU that is Argon2id',
          value: ratioIn(cpu, hashAlone, signIn),
          is: 'at least',
          bar: 0.9,
        },
      ],
      notes: [
        'Argon2id as it is deployed: 19 MiB, 2 passes, 1 lane. A sign-in is on a new device, by the right password.',
      ],
    };
  },
};

async function measured(
  { rounds, progress }: PartOptions,
  about: Omit<FigureGroup, 'figures'>,
  names: readonly string[],
  delayMs: number,
  by: 'cpu' | 'wall',
): Promise<FigureGroup> {
  const file = new URL('child.ts', import.meta.url);
  const args = [String(delayMs), String(count), by];
  const contestants = await Promise.all(names.map((name) => startContestant(file, name, args, { silent: true })));
  const onRound = (round: number, of: number) => progress(`${about.title}, round ${round} of ${of}`);
  const figures = await inRounds(contestants, { rounds, onRound }).finally(() => {
    for (const one of contestants) one.stop();
  });
  return figureGroup(about, figures);
}
