import * as z from 'zod/mini';
import { attestation, passkeyOptions } from '../webauthn.ts';
import { password, totpCode } from './fields.ts';
import type { RouteTable } from './route.ts';

const name = () => z.string().check(z.trim(), z.minLength(1), z.maxLength(64));
/** 128 bits in base64url. */
const id = () => z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/));

/** Of whoever proves to be the account's owner by its password. */
const ownerProof = () => z.optional(z.strictObject({ current_password: z.optional(password()) }));

const factorList = () =>
  z.strictObject({
    items: z.array(
      z.strictObject({
        id: z.string(),
        type: z.enum(['totp', 'webauthn']),
        name: z.string(),
        created_at: z.iso.datetime(),
      }),
    ),
    recovery_codes_left: z.int(),
  });

/** An authenticator app that is not enrolled yet. The secret is base32, and is shown this once. */
const totpEnrolment = () => z.strictObject({ id: z.string(), secret: z.string(), otpauth_url: z.string() });

/** Shown this once: only their hashes are kept. */
const recoveryCodes = () => z.strictObject({ recovery_codes: z.array(z.string()) });

const passkey = () => z.strictObject({ id: z.string() });

/** What a subject authenticates with besides the password. */
export const factorRoutes = {
  listFactors: {
    method: 'GET',
    path: '/auth/factors',
    access: 'authenticated',
    summary: "The subject's second factors",
    lambda: 'factors',
    answers: () => ({ 200: factorList() }),
    problems: [],
  },
  renameFactor: {
    method: 'PATCH',
    path: '/auth/factors/{id}',
    access: 'authenticated',
    summary: 'Give a factor another name',
    lambda: 'factors',
    boundedBy: ['factorRenamesPerAccount'],
    input: () => ({ path: z.strictObject({ id: id() }), body: z.strictObject({ name: name() }) }),
    answers: () => ({ 204: 'nothing' }),
    problems: ['not_found'],
  },
  removeFactor: {
    method: 'DELETE',
    path: '/auth/factors/{id}',
    access: 'authenticated',
    summary: 'Remove a factor, as the account’s owner; with the last one the recovery codes go',
    lambda: 'factors',
    takesCredential: true,
    boundedBy: ['stepUpPerSession', 'stepUpPerMonth', 'factorChangesPerAccount'],
    input: () => ({ path: z.strictObject({ id: id() }), body: ownerProof() }),
    answers: () => ({ 204: 'nothing' }),
    problems: ['invalid_credentials', 'step_up_required', 'not_found', 'conflict'],
  },
  beginTotp: {
    method: 'POST',
    path: '/auth/factors/totp',
    access: 'authenticated',
    summary: 'Begin to enrol an authenticator app, as the account’s owner: its secret (RFC 6238)',
    lambda: 'factors',
    takesCredential: true,
    boundedBy: ['stepUpPerSession', 'stepUpPerMonth'],
    input: () => ({ body: ownerProof() }),
    answers: () => ({ 201: totpEnrolment() }),
    problems: ['invalid_credentials', 'step_up_required', 'conflict'],
  },
  confirmTotp: {
    method: 'POST',
    path: '/auth/factors/totp/confirm',
    access: 'authenticated',
    summary: 'Enrol the app with a code of it; answers with recovery codes',
    lambda: 'factors',
    takesCredential: true,
    boundedBy: ['factorChangesPerAccount'],
    input: () => ({ body: z.strictObject({ id: id(), code: totpCode() }) }),
    answers: () => ({ 200: recoveryCodes() }),
    problems: ['step_up_required', 'not_found', 'conflict'],
  },
  passkeyOptions: {
    method: 'POST',
    path: '/auth/factors/passkeys/options',
    access: 'authenticated',
    summary: 'What a browser makes a passkey from (WebAuthn), for the account’s owner',
    lambda: 'factors',
    takesCredential: true,
    boundedBy: ['stepUpPerSession', 'stepUpPerMonth'],
    input: () => ({ body: ownerProof() }),
    answers: () => ({ 200: passkeyOptions() }),
    problems: ['invalid_credentials', 'step_up_required', 'conflict'],
  },
  addPasskey: {
    method: 'POST',
    path: '/auth/factors/passkeys',
    access: 'authenticated',
    summary: 'Enrol a passkey',
    lambda: 'factors',
    takesCredential: true,
    boundedBy: ['factorChangesPerAccount'],
    input: () => ({ body: z.strictObject({ credential: attestation(), name: z.optional(name()) }) }),
    answers: () => ({ 201: passkey() }),
    problems: ['step_up_required', 'conflict'],
  },
  renewRecoveryCodes: {
    method: 'POST',
    path: '/auth/factors/recovery-codes',
    access: 'authenticated',
    summary: 'Replace the recovery codes by new ones, as the account’s owner',
    lambda: 'factors',
    takesCredential: true,
    boundedBy: ['stepUpPerSession', 'stepUpPerMonth', 'factorChangesPerAccount'],
    input: () => ({ body: ownerProof() }),
    answers: () => ({ 200: recoveryCodes() }),
    problems: ['invalid_credentials', 'step_up_required', 'conflict'],
  },
} as const satisfies RouteTable;
