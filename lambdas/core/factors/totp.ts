import { generateSecret, generateURI, verifySync } from 'otplib/functional';

/** What every authenticator app computes (RFC 6238 §1.2): SHA-1, 6 digits, steps of 30 seconds. */
const parameters = { algorithm: 'sha1', digits: 6, period: 30, strategy: 'totp' } as const;

/** One step to either side, for clocks that differ and for the time it takes to type (RFC 6238 §5.2). */
const toleranceSeconds = parameters.period;

/** RFC 4226 §4, R6: 160 bits; base32. */
export function newTotpSecret(): string {
  return generateSecret({ length: 20 });
}

/**
 * What an authenticator app takes as a link or a QR code. Strict apps take no colon in issuer and label but the one in
 * between, and one issuer in both places.
 */
export function otpauthUrl(input: {
  readonly secret: string;
  /** Of the deployment, a URL: its host name is shown. */
  readonly issuer: string;
  /** What tells the account apart from the person's others, in the app. */
  readonly label: string;
}): string {
  return generateURI({ ...parameters, ...input, issuer: new URL(input.issuer).hostname });
}

/**
 * The time step that the code belongs to, or undefined when it is no code of now. A step may be used once (RFC 6238
 * §5.2): the store remembers the last.
 *
 * @param secret base32
 */
export function totpStepOf(code: string, secret: string, nowSeconds: number): number | undefined {
  const result = verifySync({
    ...parameters,
    secret,
    token: code,
    epoch: nowSeconds,
    epochTolerance: toleranceSeconds,
  });
  return result.valid && 'timeStep' in result ? result.timeStep : undefined;
}
