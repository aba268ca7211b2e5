export function peerVerifiers(options: {
  readonly jwk: object;
  readonly pem: string;
  readonly algorithm: 'RS256' | 'ES256';
  readonly issuer: string;
  readonly audience: string;
  /** Epoch seconds. */
  readonly now: number;
}): Promise<Readonly<Record<'jose' | 'fast-jwt', (token: string) => unknown>>>;
