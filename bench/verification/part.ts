import { generatePrivateJwk } from '../../lambdas/core/keys/jwk.ts';
import { startContestant } from '../common/children.ts';
import { figureGroup, type Part, ratioIn } from '../common/result.ts';
import { inRounds } from '../common/rounds.ts';
import { floor, names, ours, revokedCount, tokenCount } from './contestants.ts';

/** Of the ratio of the whole decision to the floor. */
const bars = { RS256: 0.75, ES256: 0.9 } as const;

export const part: Part = {
  title: 'Verification of an access token, by CPU time',
  async run({ rounds, progress }) {
    const groups = [];
    for (const algorithm of ['RS256', 'ES256'] as const) {
      const key = JSON.stringify(await generatePrivateJwk(algorithm));
      const file = new URL('child.ts', import.meta.url);
      const children = await Promise.all(names.map((name) => startContestant(file, name, [key])));
      const onRound = (round: number, of: number) => progress(`${algorithm}, round ${round} of ${of}`);
      const measured = await inRounds(children, { rounds, onRound });
      for (const child of children) child.stop();
      groups.push(figureGroup({ title: algorithm, unit: 'tokens/s', better: 'higher' }, measured));
    }
    return {
      groups,
      bars: groups.map((group) => ({
        claim: `${group.title}: the whole decision, of ${floor}`,
        value: ratioIn(group, ours, floor),
        is: 'at least',
        bar: group.title === 'RS256' ? bars.RS256 : bars.ES256,
      })),
      notes: [`${tokenCount} tokens in turn; the decision looks each up in a list of ${revokedCount} revocations.`],
    };
  },
};
