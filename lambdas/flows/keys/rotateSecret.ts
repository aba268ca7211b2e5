import type { SecretVersion, SecretVersions } from '../../core/keys/ports.ts';
import type { Rotation } from '../../core/keys/rotationEvent.ts';

/** What differs between kinds of ring. Every function may be called again after a crash. */
export interface RingStrategy {
  /** The ring that follows the current one; it names the version it follows. */
  derive(current: SecretVersion, emergency: boolean): Promise<string>;
  /** The version a ring was derived from. */
  predecessorOf(ring: string): string | undefined;
  /** Makes the ring known to those who verify, before it is used. */
  publish(pending: SecretVersion, current: SecretVersion): Promise<void>;
  /** @throws Error when the ring would not work, or is not published. */
  test(pending: SecretVersion): Promise<void>;
  /** Called right before the promotion, and again if that has to be repeated. */
  announce?(pending: SecretVersion, current: SecretVersion): Promise<void>;
  /** Completes the rotation that led to the current version and puts it on record, unless that was done. */
  settle(current: SecretVersion): Promise<void>;
}

/** Another rotation finished first, so this one never can. Its version was cleared away: begin a new rotation. */
export class SupersededRotationError extends Error {
  constructor(token: string) {
    super(`rotation ${token} was superseded by another; start a new one`);
    this.name = 'SupersededRotationError';
  }
}

export interface RotateSecretDeps {
  readonly versions: SecretVersions;
  readonly strategy: RingStrategy;
}

/**
 * One step of a Secrets Manager rotation. Each is idempotent. A ring replaces only the version it was derived from, so
 * of any number of rotations at once one wins, and a late one cannot bring old keys back.
 *
 * @throws SupersededRotationError, or what the strategy throws, such as EarlyRotationError.
 */
export async function rotateSecret(rotation: Rotation, deps: RotateSecretDeps): Promise<void> {
  const { token, step } = rotation;
  const { versions, strategy } = deps;
  const current = await versions.current();
  if (!current) throw new Error('the secret has no current version: initialize it first');
  if (current.id === token) return step === 'finishSecret' ? complete(current, deps) : undefined;
  if (step === 'createSecret') return create(rotation, current, deps);
  if (step === 'testSecret' && (await isConfigurationTest(token, current, deps))) return strategy.test(current);

  const pending = await pendingOf(token, current, deps);
  if (step === 'setSecret') return strategy.publish(pending, current);
  await strategy.test(pending);
  if (step === 'finishSecret') await finish(pending, current, deps);
}

/**
 * When a rotation schedule is made or changed without rotating at once, Secrets Manager calls `testSecret` alone, on a
 * version that it removes afterwards: one without a value, or with the current one's. Then the ring in use is tested,
 * and nothing is superseded.
 */
async function isConfigurationTest(
  token: string,
  current: SecretVersion,
  { versions }: RotateSecretDeps,
): Promise<boolean> {
  const version = await versions.version(token);
  return !version || version.text === current.text;
}

async function create({ token, emergency }: Rotation, current: SecretVersion, deps: RotateSecretDeps): Promise<void> {
  const { versions, strategy } = deps;
  // A rotation that crashed after its promotion is completed before the next begins.
  await strategy.settle(current);
  if (await versions.version(token)) {
    await pendingOf(token, current, deps);
    return;
  }
  const ring = await strategy.derive(current, emergency).catch(async (error: unknown) => {
    // A rotation that is refused must not look as if it were under way.
    await versions.dropPending(token);
    throw error;
  });
  await versions.putPending(token, ring);
}

async function finish(pending: SecretVersion, current: SecretVersion, deps: RotateSecretDeps): Promise<void> {
  const { versions, strategy } = deps;
  await strategy.announce?.(pending, current);
  if (!(await versions.promote({ from: current.id, to: pending.id }))) {
    const winner = await versions.current();
    if (winner?.id !== pending.id) throw await superseded(pending.id, deps);
  }
  await complete(pending, deps);
}

async function complete(current: SecretVersion, { versions, strategy }: RotateSecretDeps): Promise<void> {
  await strategy.settle(current);
  await versions.dropPending(current.id);
}

/** The version of this rotation, as long as it may still become current. */
async function pendingOf(token: string, current: SecretVersion, deps: RotateSecretDeps): Promise<SecretVersion> {
  const { versions, strategy } = deps;
  const [version, stages] = await Promise.all([versions.version(token), versions.stagesOf(token)]);
  if (!version) throw new Error(`rotation ${token} has not created its version`);
  const mayFinish = stages.includes('AWSPENDING') && strategy.predecessorOf(version.text) === current.id;
  if (!mayFinish) throw await superseded(token, deps);
  return version;
}

/** The error of a rotation that can never finish, once it is cleared away. */
async function superseded(token: string, { versions }: RotateSecretDeps): Promise<SupersededRotationError> {
  await versions.dropPending(token);
  return new SupersededRotationError(token);
}
