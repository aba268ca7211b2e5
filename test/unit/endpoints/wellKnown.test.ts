import { expect, it } from 'vitest';
import { publicHalf } from '../../../lambdas/core/keys/jwk.ts';
import { jwks } from '../../../lambdas/endpoints/wellKnown.ts';
import { keyPair } from '../../support/worlds/authorizerWorld.ts';

it('K06 the key set leaves a retired key out from its drop date on, and is cached no longer than that', async () => {
  const [retired, current] = await Promise.all([keyPair('ES256', 'retired'), keyPair('ES256', 'current')]);
  const publishedKeys = {
    read: async () => ({
      keys: [publicHalf(retired), publicHalf(current)],
      version: 2,
      firstPublished: {},
      dropAt: { [retired.kid]: 1000 },
      replaced: [],
      settled: undefined,
    }),
  };
  const at = async (nowSeconds: number) => {
    const endpoint = jwks({ publishedKeys, keyCacheSeconds: 300, clock: () => nowSeconds * 1000 });
    const { body, headers } = await endpoint();
    const { keys }: { keys: readonly { kid: string }[] } = JSON.parse(String(body));
    return { kids: keys.map(({ kid }) => kid), cache: headers?.['cache-control'] };
  };
  expect(await at(600)).toEqual({ kids: [retired.kid, current.kid], cache: 'public, max-age=300' });
  expect(await at(999)).toEqual({ kids: [retired.kid, current.kid], cache: 'public, max-age=1' });
  expect(await at(1000)).toEqual({ kids: [current.kid], cache: 'public, max-age=300' });
});
