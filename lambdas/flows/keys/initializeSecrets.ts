import { createHash } from 'node:crypto';
import type { SigningAlgorithm } from '../../contract/signingAlgorithms.ts';
import { systemEvent } from '../../core/audit/auditEvent.ts';
import type { AuditOutbox } from '../../core/audit/ports.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import { firstMacKeyRing, parseMacKeyRing } from '../../core/keys/macKeyRing.ts';
import type { KeyPublisher, SecretVersion, SecretVersions } from '../../core/keys/ports.ts';
import { firstSigningKeyRing, parseSigningKeyRing } from '../../core/keys/signingKeyRing.ts';
import { settleSigningKeys } from './signingKeyStrategy.ts';

export interface InitializeSecretsDeps {
  readonly signingKeys: SecretVersions;
  readonly refreshKeys: SecretVersions;
  readonly mailKeys: SecretVersions;
  readonly credentialKeys: SecretVersions;
  readonly publisher: KeyPublisher;
  readonly outbox: AuditOutbox;
  readonly algorithm: SigningAlgorithm;
  readonly clock: Clock;
}

/**
 * Gives every secret that holds no ring its first one, and publishes the signing keys. A secret that holds a ring is
 * left alone: the flow may run at every deployment, and twice at once.
 */
export async function initializeSecrets(deps: InitializeSecretsDeps): Promise<void> {
  const { algorithm, clock } = deps;
  const nowSeconds = epochSeconds(clock);
  const firstMacRing = async () => JSON.stringify(firstMacKeyRing(nowSeconds));
  await initialize(deps.mailKeys, parseMacKeyRing, firstMacRing);
  await initialize(deps.credentialKeys, parseMacKeyRing, firstMacRing);
  await initialize(deps.refreshKeys, parseMacKeyRing, firstMacRing, (version) => announce(version, deps));
  const signingKeys = await initialize(deps.signingKeys, parseSigningKeyRing, async () =>
    JSON.stringify(await firstSigningKeyRing(algorithm, nowSeconds)),
  );
  const set = await deps.publisher.find();
  // Every later version is settled by the rotation that made it. One that was settled by the release before has no
  // drop dates yet.
  if (!set || set.settled === signingKeys.id) {
    await settleSigningKeys(signingKeys, { ...deps, versions: deps.signingKeys });
  }
}

async function initialize(
  secret: SecretVersions,
  parse: (text: string) => unknown,
  makeRing: () => Promise<string>,
  announceVersion?: (version: string) => Promise<void>,
): Promise<SecretVersion> {
  const found = await secret.current();
  if (found && isRing(found.text, parse)) return found;
  // Two runs at once name the same version, and Secrets Manager takes the value of one of them only.
  const version = versionAfter(found?.id ?? 'none');
  await announceVersion?.(version);
  await secret.putCurrent(version, await makeRing());
  const written = await secret.current();
  if (!written || !isRing(written.text, parse)) throw new Error('the first ring was not stored');
  return written;
}

async function announce(version: string, { outbox, clock }: InitializeSecretsDeps): Promise<void> {
  await outbox.record(
    systemEvent({
      type: 'refresh_keys.initialized',
      eventId: `refresh_keys.initialized:${version}`,
      nowMs: clock(),
      details: { version },
    }),
  );
}

/**
 * The generated text that CloudFormation puts into a new secret is no ring.
 *
 * @throws Error for a ring that this release cannot read: it must never be overwritten.
 */
function isRing(text: string, parse: (text: string) => unknown): boolean {
  try {
    parse(text);
    return true;
  } catch (error) {
    if (text.includes('schema_version')) throw error;
    return false;
  }
}

function versionAfter(version: string): string {
  const hex = createHash('sha256').update(`gatehouse first ring after ${version}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
