import { ProblemError } from '../../core/common/errors.ts';
import type { CredentialDescriptor } from '../../core/factors/factor.ts';
import type { WebAuthn } from '../../core/factors/ports.ts';
import { withoutStatement } from './attestation.ts';

/** Loaded when a passkey comes: with what it verifies certificates by, it is half of the code of its Lambdas. */
const library = () => import('@simplewebauthn/server');

/**
 * WebAuthn for the issuer's host.
 *
 * @param options.allowedOrigins origins of browser apps; of them, those at the issuer's host or below may use its
 * passkeys
 */
export function createWebAuthn(options: { readonly issuer: string; readonly allowedOrigins: readonly string[] }) {
  const { hostname, host, origin } = new URL(options.issuer);
  const related = options.allowedOrigins.filter((allowed) => isAtOrBelow(new URL(allowed).hostname, hostname));
  const expected = { expectedOrigin: [origin, ...related], expectedRPID: hostname };

  return {
    creationOptions: async ({ challenge, user, exclude }) =>
      (await library()).generateRegistrationOptions({
        rpID: hostname,
        rpName: host,
        challenge,
        userID: new Uint8Array(Buffer.from(user.sub, 'utf8')),
        userName: user.name,
        userDisplayName: user.name,
        attestationType: 'none',
        supportedAlgorithmIDs,
        excludeCredentials: exclude.map(toDescriptor),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      }),
    verifyAttestation: ({ credential, knowsChallenge }) =>
      refusable(async () => {
        const { response } = credential;
        if (isFramed(response.clientDataJSON)) return undefined;
        const { verifyRegistrationResponse } = await library();
        const { verified, registrationInfo } = await verifyRegistrationResponse({
          ...expected,
          response: {
            ...credential,
            response: {
              clientDataJSON: response.clientDataJSON,
              attestationObject: await withoutStatement(response.attestationObject),
            },
            clientExtensionResults: {},
          },
          expectedChallenge: knowsChallenge,
          requireUserVerification: false,
          supportedAlgorithmIDs,
        });
        if (!verified) return undefined;
        const { id, publicKey, counter } = registrationInfo.credential;
        return {
          credentialId: id,
          publicKey: Buffer.from(publicKey).toString('base64url'),
          counter,
          transports: response.transports ?? [],
        };
      }),
    requestOptions: async ({ challenge, allow, userVerification }) =>
      (await library()).generateAuthenticationOptions({
        rpID: hostname,
        challenge,
        allowCredentials: allow.map(toDescriptor),
        userVerification,
      }),
    verifyAssertion: ({ credential, publicKey, demandOf }) =>
      refusable(async () => {
        const { clientDataJSON, authenticatorData, signature } = credential.response;
        if (isFramed(clientDataJSON)) return undefined;
        let demand: Awaited<ReturnType<typeof demandOf>>;
        const { verifyAuthenticationResponse } = await library();
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          ...expected,
          response: {
            ...credential,
            response: { clientDataJSON, authenticatorData, signature },
            clientExtensionResults: {},
          },
          expectedChallenge: async (challenge) => {
            demand = await demandOf(challenge);
            return demand !== undefined;
          },
          // By the challenge: see below.
          requireUserVerification: false,
          credential: { id: credential.id, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')), counter: 0 },
        });
        const { newCounter: counter, userVerified } = authenticationInfo;
        return verified && demand && (userVerified || !demand.userVerification) ? { counter, userVerified } : undefined;
      }),
  } satisfies WebAuthn;
}

/**
 * EdDSA, ES256, RS256 (RFC 9053 §2, RFC 8812 §2): what authenticators sign with. Experimental algorithms are left out.
 */
const supportedAlgorithmIDs = [-8, -7, -257];

/** The library throws for whatever it refuses. Only a dependency that does not answer is an error here. */
async function refusable<T>(verify: () => Promise<T>): Promise<T | undefined> {
  try {
    return await verify();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    return undefined;
  }
}

/**
 * Whether the page stood in a frame of another origin (WebAuthn Level 3 §7.1, §7.2, §13.4.2: `crossOrigin`,
 * `topOrigin`), or says so in a way that no browser does. We ask for no passkey there.
 */
function isFramed(clientDataJSON: string): boolean {
  const data: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'));
  const { crossOrigin = false, topOrigin }: { crossOrigin?: unknown; topOrigin?: unknown } = Object(data);
  return crossOrigin !== false || topOrigin !== undefined;
}

function toDescriptor({ id, transports }: CredentialDescriptor) {
  return { id, transports: [...transports] };
}

/** A page may use credentials of its own host and of a domain above it (WebAuthn Level 3 §5.1.3, step 8). */
function isAtOrBelow(hostname: string, rpId: string): boolean {
  return hostname === rpId || hostname.endsWith(`.${rpId}`);
}
