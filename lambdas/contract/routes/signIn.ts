import * as z from 'zod/mini';
import { assertion, passkeyOptions } from '../webauthn.ts';
import { deviceToken, email, password, totpCode } from './fields.ts';
import { badToken, type RouteTable } from './route.ts';
import { tokens } from './tokens.ts';

const mfaToken = () => z.string().check(z.minLength(1), z.maxLength(1024));
/** Sixteen characters, however grouped. */
const recoveryCode = () => z.string().check(z.minLength(16), z.maxLength(64));

/** How a subject authenticates, to begin a session or again within one. */
export const signInRoutes = {
  login: {
    method: 'POST',
    path: '/auth/login',
    access: 'public',
    summary: 'Sign in with address and password',
    lambda: 'signIn',
    takesCredential: true,
    boundedBy: [
      'signInPerAddress',
      'signInPerAccountAndAddress',
      'signInPerAccount',
      'signInPerDevice',
      'provenSignInPerAccount',
      'provenSignInPerDevice',
      'newDevicesPerAccount',
    ],
    input: () => ({
      body: z.strictObject({ email: email(), password: password(), device_token: z.optional(deviceToken()) }),
    }),
    answers: () => ({ 200: tokens() }),
    problems: ['invalid_credentials', 'mfa_required'],
  },
  loginMfa: {
    method: 'POST',
    path: '/auth/login/mfa',
    access: 'public',
    summary: 'Sign in with a second factor, after the password',
    lambda: 'factorSignIn',
    takesCredential: true,
    boundedBy: ['secondFactorPerAccount', 'secondFactorPerMonth', 'newDevicesPerAccount'],
    input: () => ({
      body: z.discriminatedUnion('method', [
        z.strictObject({ mfa_token: mfaToken(), method: z.literal('totp'), code: totpCode() }),
        z.strictObject({ mfa_token: mfaToken(), method: z.literal('recovery_code'), code: recoveryCode() }),
        z.strictObject({ mfa_token: mfaToken(), method: z.literal('webauthn'), credential: assertion() }),
      ]),
    }),
    answers: () => ({ 200: tokens() }),
    problems: [badToken, 'invalid_credentials'],
  },
  loginPasskeyOptions: {
    method: 'POST',
    path: '/auth/login/passkey/options',
    access: 'public',
    summary: 'What a browser asks a passkey to sign (WebAuthn), for a sign-in or a step-up',
    lambda: 'factorSignIn',
    takesCredential: true,
    boundedBy: 'writes no event',
    input: () => ({ body: z.optional(z.strictObject({ mfa_token: z.optional(mfaToken()) })) }),
    answers: () => ({ 200: passkeyOptions() }),
    problems: [badToken],
  },
  loginPasskey: {
    method: 'POST',
    path: '/auth/login/passkey',
    access: 'public',
    summary: 'Sign in with a passkey alone',
    lambda: 'factorSignIn',
    takesCredential: true,
    boundedBy: ['signInPerAddress', 'signInPerDevice', 'provenSignInPerPasskey', 'newDevicesPerAccount'],
    input: () => ({ body: z.strictObject({ credential: assertion(), device_token: z.optional(deviceToken()) }) }),
    answers: () => ({ 200: tokens() }),
    problems: ['invalid_credentials'],
  },
  stepUp: {
    method: 'POST',
    path: '/auth/step-up',
    access: 'authenticated',
    summary: 'Authenticate again within the session, for what takes a fresh or stronger sign-in',
    lambda: 'factorSignIn',
    takesCredential: true,
    boundedBy: [
      'stepUpPerSession',
      'stepUpPerMonth',
      'secondFactorPerMonth',
      'provenStepUpPerSession',
      'provenSignInPerPasskey',
    ],
    input: () => ({
      body: z.discriminatedUnion('method', [
        z.strictObject({ method: z.literal('password'), password: password() }),
        z.strictObject({ method: z.literal('totp'), code: totpCode() }),
        z.strictObject({ method: z.literal('recovery_code'), code: recoveryCode() }),
        z.strictObject({ method: z.literal('webauthn'), credential: assertion() }),
      ]),
    }),
    answers: () => ({ 200: tokens() }),
    problems: ['invalid_credentials'],
  },
} as const satisfies RouteTable;
