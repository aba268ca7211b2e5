import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeSecretCommand, RotateSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** A rotation that has not ended. The message is the rotation function's own, if it gave one. */
class RotationFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RotationFailed';
  }
}

/**
 * Has Secrets Manager rotate a secret now, and waits for the end. Safe to repeat.
 *
 * @returns the new current version's id.
 * @throws RotationFailed when it has not ended after `timeoutMs`: Secrets Manager goes on trying.
 */
export async function rotateByService(
  client: SecretsManagerClient,
  { secretId, timeoutMs = 180_000, pollMs = 2000 }: { secretId: string; timeoutMs?: number; pollMs?: number },
): Promise<string> {
  const { VersionId: version } = await client.send(
    new RotateSecretCommand({ SecretId: secretId, ClientRequestToken: randomUUID(), RotateImmediately: true }),
  );
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const { VersionIdsToStages: stages } = await client.send(new DescribeSecretCommand({ SecretId: secretId }));
    const own = stages?.[version ?? ''] ?? [];
    if (version !== undefined && own.includes('AWSCURRENT') && !own.includes('AWSPENDING')) return version;
    await delay(pollMs);
  }
  throw new RotationFailed(
    'the rotation has not ended yet: Secrets Manager tries again by itself; the reason is in the log of the ' +
      'rotation function',
  );
}

/**
 * Drives the four steps through the rotation function itself: in an emergency, which Secrets Manager does not know, and
 * where `RotateSecret` calls no function. The next rotation replaces one that was interrupted.
 *
 * @returns the new current version's id.
 * @throws RotationFailed with the function's reason.
 */
export async function rotateBySteps(
  client: LambdaClient,
  { functionName, secretId, emergency }: { functionName: string; secretId: string; emergency: boolean },
): Promise<string> {
  const token = randomUUID();
  for (const step of steps) {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({
        FunctionName: functionName,
        Payload: JSON.stringify({ Step: step, SecretId: secretId, ClientRequestToken: token, emergency }),
      }),
    );
    if (FunctionError) throw new RotationFailed(reasonIn(Payload) ?? `${step} failed: ${FunctionError}`);
  }
  return token;
}

function reasonIn(payload: Uint8Array | undefined): string | undefined {
  try {
    const answer: unknown = JSON.parse(new TextDecoder().decode(payload));
    const has = typeof answer === 'object' && answer !== null && 'errorMessage' in answer;
    return has && typeof answer.errorMessage === 'string' ? answer.errorMessage : undefined;
  } catch {
    return undefined;
  }
}
