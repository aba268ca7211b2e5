import * as z from 'zod/mini';

export const rotationSteps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
export type RotationStep = (typeof rotationSteps)[number];

/** One step of a rotation. */
export interface Rotation {
  readonly step: RotationStep;
  /** Names the version that this rotation makes (`ClientRequestToken`). */
  readonly token: string;
  /** Puts the present keys out of use at once, instead of retiring them. */
  readonly emergency: boolean;
}

const eventSchema = z.object({
  Step: z.enum(rotationSteps),
  SecretId: z.string().check(z.minLength(1)),
  ClientRequestToken: z.string().check(z.minLength(32), z.maxLength(64)),
  emergency: z._default(z.boolean(), false),
});

/**
 * What Secrets Manager invokes a rotation Lambda with, or an operator, who alone may ask for an emergency.
 *
 * @throws Error when it is for another secret than this Lambda's.
 */
export function parseRotationEvent(event: unknown, secretId: string): Rotation {
  const parsed = eventSchema.parse(event);
  if (parsed.SecretId !== secretId) throw new Error('the rotation is for another secret');
  return { step: parsed.Step, token: parsed.ClientRequestToken, emergency: parsed.emergency };
}

/** A rotation came too early: some verifier may not know the next key yet. */
export class EarlyRotationError extends Error {
  readonly allowedAt: number;

  constructor(allowedAt: number) {
    super(
      `the next key may not sign before ${new Date(allowedAt * 1000).toISOString()}; use emergency to replace it now`,
    );
    this.name = 'EarlyRotationError';
    this.allowedAt = allowedAt;
  }
}
