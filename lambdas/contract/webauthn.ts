import * as z from 'zod/mini';

/** RFC 4648 §5 without padding. By a pattern: the gateway's models know no keyword for it (JSON Schema draft 4). */
const base64url = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?$/;

/** base64url, of as many bytes at most. */
const bytes = (max: number) =>
  z.string().check(z.minLength(1), z.maxLength(Math.ceil((max * 4) / 3)), z.regex(base64url, 'Not base64url'));

/** WebAuthn Level 3 §4: a credential id has 1,023 bytes at most. */
const credentialId = () => bytes(1023);

const base = () => ({ id: credentialId(), rawId: credentialId(), type: z.literal('public-key') });

/**
 * A new credential as `PublicKeyCredential.toJSON()` gives it (RegistrationResponseJSON). What is not named here is not
 * read: browsers add members.
 */
export const attestation = () =>
  z.object({
    ...base(),
    response: z.object({
      clientDataJSON: bytes(4096),
      attestationObject: bytes(32_768),
      transports: z.optional(z.array(z.string().check(z.maxLength(32))).check(z.maxLength(10))),
    }),
  });
export type Attestation = z.infer<ReturnType<typeof attestation>>;

/** A signature as `PublicKeyCredential.toJSON()` gives it (AuthenticationResponseJSON). */
export const assertion = () =>
  z.object({
    ...base(),
    response: z.object({
      clientDataJSON: bytes(4096),
      authenticatorData: bytes(4096),
      signature: bytes(8192),
      /** Safari has an empty one where there is none. */
      userHandle: z.nullish(z.union([bytes(64), z.literal('')])),
    }),
  });
export type Assertion = z.infer<ReturnType<typeof assertion>>;

/**
 * The options with which a browser makes or uses a passkey (WebAuthn Level 3 §5.4, §5.5, in JSON). The browser checks
 * them itself.
 */
export const passkeyOptions = () => z.looseObject({ challenge: z.base64url() });
