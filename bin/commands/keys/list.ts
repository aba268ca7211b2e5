import type { Command } from 'commander';
import { epochSeconds, systemClock } from '../../../lambdas/core/common/clock.ts';
import { isDropped, type PublishedKeySet } from '../../../lambdas/core/keys/publishedKeySet.ts';
import { dropDatesOf, parseSigningKeyRing, type SigningKeyRing } from '../../../lambdas/core/keys/signingKeyRing.ts';
import { createDocumentClient } from '../../../lambdas/stores/dynamo/client.ts';
import { createPublishedKeys } from '../../../lambdas/stores/keys/publishedKeys.ts';
import { createSecretsClient, readCurrentSecret } from '../../../lambdas/stores/keys/secretClient.ts';
import type { Deployment } from '../support/deployment.ts';
import { contextOf } from '../support/globals.ts';
import { instant, table } from '../support/output.ts';

export function addList(keys: Command): void {
  keys
    .command('list')
    .description('shows the signing keys: which signs now, which is next, which only verify')
    .addHelpText('after', '\nExamples:\n  $ npx gatehouse keys list\n  $ npx gatehouse keys list --stage prod --json')
    .action(async (_options: unknown, command: Command) => {
      const { output, deployment } = contextOf(command);
      const stage = await deployment();
      const { published, ring } = await readSigningKeys(stage);
      const views = keyViews(published, ring, epochSeconds(systemClock));
      await output.result(views, () =>
        table({
          head: ['kid', 'algorithm', 'role', 'published', 'dropped'],
          rows: views.map((key) => [key.kid, key.algorithm, key.role, key.published_at ?? '', key.drop_at ?? '']),
        }),
      );
    });
}

/** The signing keys as verifiers see them, and the ring. */
export async function readSigningKeys(stage: Deployment) {
  const client = createDocumentClient();
  const [published, ring] = await Promise.all([
    createPublishedKeys({ client, table: stage.table('PublishedKeys') }).read(),
    readRing(stage.secret('signingKeys')),
  ]);
  return { published, ring };
}

/**
 * Undefined when the operator may not read the ring, which holds the private keys. The published half is shown anyway.
 */
async function readRing(secretId: string): Promise<SigningKeyRing | undefined> {
  try {
    return parseSigningKeyRing(await readCurrentSecret(createSecretsClient(), secretId));
  } catch (error) {
    if (error instanceof Error && error.name === 'AccessDeniedException') return undefined;
    throw error;
  }
}

export interface KeyView {
  readonly kid: string;
  readonly algorithm: string;
  /**
   * `pending`: published by a rotation that has not ended. `dropped`: its date has passed, no verifier takes it, and
   * the next rotation takes it out of the ring. `unpublished`: in the ring, but verifiers cannot see it.
   */
  readonly role: 'current' | 'next' | 'retired' | 'dropped' | 'pending' | 'unpublished' | 'unknown';
  readonly published_at: string | undefined;
  /** From when on no verifier takes a retired key. */
  readonly drop_at: string | undefined;
}

const order: readonly KeyView['role'][] = [
  'current',
  'next',
  'pending',
  'retired',
  'dropped',
  'unpublished',
  'unknown',
];

export function keyViews(
  published: PublishedKeySet,
  ring: SigningKeyRing | undefined,
  nowSeconds: number,
): readonly KeyView[] {
  const dropDates = { ...published.dropAt, ...(ring && dropDatesOf(ring)) };
  const roleOf = (kid: string): KeyView['role'] => {
    if (isDropped(kid, dropDates, nowSeconds)) return 'dropped';
    if (!ring) return 'unknown';
    if (kid === ring.current.jwk.kid) return 'current';
    if (kid === ring.next.jwk.kid) return 'next';
    return ring.retired.some(({ jwk }) => jwk.kid === kid) ? 'retired' : 'pending';
  };
  const visible = published.keys.map(({ kid, alg }): KeyView => {
    const since = published.firstPublished[kid];
    const dropAt = dropDates[kid];
    return {
      kid,
      algorithm: alg,
      role: roleOf(kid),
      published_at: since === undefined ? undefined : instant(since),
      drop_at: dropAt === undefined ? undefined : instant(dropAt),
    };
  });
  const hidden = (ring ? [ring.current.jwk, ring.next.jwk] : [])
    .filter(({ kid }) => !visible.some((key) => key.kid === kid))
    .map(
      ({ kid, alg }): KeyView => ({
        kid,
        algorithm: alg,
        role: 'unpublished',
        published_at: undefined,
        drop_at: undefined,
      }),
    );
  return [...visible, ...hidden].toSorted((a, b) => order.indexOf(a.role) - order.indexOf(b.role));
}
