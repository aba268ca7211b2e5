import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type PrivateJwk, thumbprint, toPrivateJwk } from '../../../../lambdas/core/keys/jwk.ts';
import { admitKey } from '../../../../lambdas/core/keys/jwkAdmission.ts';
import { parseCompactJws, type SignatureStep, verifyJws } from '../../../../lambdas/core/tokens/strictJws.ts';
import { TokenRejected } from '../../../../lambdas/core/tokens/tokenRejected.ts';
import { type Answer, createAuthorizerWorld } from '../../../support/worlds/authorizerWorld.ts';
import { graft } from '../../../support/wycheproof/graft.ts';
import { originalOf, readVectors, type Vector, type VectorGroup } from '../../../support/wycheproof/wycheproof.ts';

const groups = readVectors('json_web_signature_test.json') ?? [];
const noSignatureStep: SignatureStep = () => true;

/** The key as this deployment would have it, when it is of a kind a deployment has. */
function deployable(group: VectorGroup): PrivateJwk | undefined {
  if (typeof admitKey(group.public) === 'string') return undefined;
  const key = createPrivateKey({ key: group.private, format: 'jwk' });
  return toPrivateJwk(key, key.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256');
}

function isAccepted(vector: Vector, group: VectorGroup, signatureStep?: SignatureStep): boolean {
  const key = admitKey(group.public ?? group.private);
  if (typeof key === 'string') return false;
  try {
    verifyJws(parseCompactJws(vector.jws), key, signatureStep);
    return true;
  } catch (error) {
    if (error instanceof TokenRejected) return false;
    throw error;
  }
}

const isLetIn = (answer: Answer) => typeof answer === 'object';

/** Every signature mutation of the vectors, grafted onto good claims. Returns which were let in. */
async function presentSignatureMutations(result: Vector['result'], signatureStep?: SignatureStep) {
  const outcomes: { readonly tcId: number; readonly letIn: boolean }[] = [];
  for (const group of groups) {
    const original = originalOf(group);
    const key = deployable(group);
    const world = await createAuthorizerWorld({ ...(key && { key }), ...(signatureStep && { signatureStep }) });
    const valid = new Set(group.tests.filter((test) => test.result === 'valid').map(({ jws }) => jws));
    for (const { tcId, jws, ...test } of group.tests) {
      // Two vectors of the HMAC group are, byte for byte, the valid one.
      const isMutated = result === 'valid' || !valid.has(jws);
      if (!original || test.result !== result || !isMutated) continue;
      const answer = await world.present(graft(jws, original, world.token(), world.key));
      outcomes.push({ tcId, letIn: isLetIn(answer) });
    }
  }
  return outcomes;
}

/**
 * Every header of the vectors, as a header of ours but for what the vector has changed, on good claims, signed again.
 */
async function presentHeaderMutations() {
  const world = await createAuthorizerWorld();
  const outcomes: { readonly tcId: number; readonly letIn: boolean }[] = [];
  for (const group of groups) {
    for (const { tcId, jws } of group.tests) {
      const header = adapted(jws.split('.')[0] ?? '', group, world.header());
      if (header === undefined) continue;
      outcomes.push({ tcId, letIn: isLetIn(await world.present(world.signed(header, world.claims()))) });
    }
  }
  return outcomes;
}

/** Undefined when nothing is left that differs from ours. */
function adapted(headerB64: string, group: VectorGroup, ours: { alg: string; kid: string }): unknown {
  const text = Buffer.from(headerB64, 'base64url').toString();
  let header: Record<string, unknown>;
  try {
    header = { typ: 'at+jwt', ...JSON.parse(text) };
  } catch {
    return text;
  }
  if (header['kid'] === group.private['kid']) header['kid'] = ours.kid;
  const isOurs = Object.keys(header).length === 3 && header['alg'] === ours.alg && header['kid'] === ours.kid;
  return isOurs ? undefined : header;
}

describe.skipIf(groups.length === 0)(
  'J31 the Wycheproof signature vectors (skipped where they are not at hand)',
  () => {
    const vectors = groups.flatMap((group) => group.tests.map((vector) => ({ vector, group })));

    it('J31 key admission and the signature step accept the valid vectors alone', () => {
      const accepted = vectors.filter(({ vector, group }) => isAccepted(vector, group));
      const expected = vectors.filter(({ vector, group }) => {
        const { alg } = group.public ?? group.private;
        return vector.result === 'valid' && (alg === 'RS256' || alg === 'ES256');
      });
      expect(vectors.filter(({ vector }) => vector.result === 'invalid')).toHaveLength(355);
      expect(expected.length).toBeGreaterThanOrEqual(10);
      expect(accepted.map(({ vector }) => vector.tcId)).toEqual(expected.map(({ vector }) => vector.tcId));
    });

    it('J31 without the signature step this test would see invalid vectors accepted', () => {
      const accepted = vectors.filter(
        ({ vector, group }) => vector.result === 'invalid' && isAccepted(vector, group, noSignatureStep),
      );
      expect(accepted.length).toBeGreaterThan(200);
    });

    it('J31 the grafting itself breaks nothing', async () => {
      const outcomes = await presentSignatureMutations('valid');
      const letIn = outcomes.filter((outcome) => outcome.letIn).map(({ tcId }) => tcId);
      const originals = groups.filter(deployable).flatMap((group) => originalOf(group)?.tcId ?? []);
      expect(originals.length).toBeGreaterThanOrEqual(4);
      expect(letIn).toEqual(expect.arrayContaining(originals));
    });

    it('J31 no signature mutation, grafted onto good claims, is let in', async () => {
      const outcomes = await presentSignatureMutations('invalid');
      expect(outcomes.length).toBeGreaterThan(340);
      expect(outcomes.filter(({ letIn }) => letIn)).toEqual([]);
    });

    it('J31 without the signature step this test would see grafted mutations let in', async () => {
      const outcomes = await presentSignatureMutations('invalid', noSignatureStep);
      expect(outcomes.filter(({ letIn }) => letIn).length).toBeGreaterThan(200);
    });

    it('J31 no header mutation, signed again on good claims, is let in', async () => {
      const outcomes = await presentHeaderMutations();
      expect(outcomes.length).toBeGreaterThan(60);
      expect(outcomes.filter(({ letIn }) => letIn)).toEqual([]);
    });

    it('J31 a key that is not for signatures verifies no token, however good', async () => {
      const refused = groups.filter(({ comment }) => /encryption/.test(comment));
      expect(refused).toHaveLength(4);
      for (const group of refused) {
        const pair = createPrivateKey({ key: group.private, format: 'jwk' });
        const key = toPrivateJwk(pair, pair.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256');
        const world = await createAuthorizerWorld({ key });
        expect(isLetIn(await world.present(world.token()))).toBe(true);
        const fresh = await createAuthorizerWorld({ key });
        fresh.publish([{ ...group.public, alg: key.alg, kid: thumbprint(key) }], 2);
        expect(isLetIn(await fresh.present(fresh.token()))).toBe(false);
      }
    });
  },
);
