import * as z from 'zod/mini';
import { deviceToken, email, mailedToken, newPasswordByLink, password } from './fields.ts';
import { badToken, type RouteTable } from './route.ts';
import { tokens } from './tokens.ts';

const registration = () => z.strictObject({ status: z.literal('verification_required') });

const profile = () =>
  z.strictObject({
    sub: z.string(),
    email: z.string(),
    email_verified: z.boolean(),
    tenant_id: z.string(),
    roles: z.array(z.string()),
    amr: z.array(z.string()),
    acr: z.string(),
    auth_time: z.int(),
  });

/** How an account begins, changes its address and ends. */
export const accountRoutes = {
  register: {
    method: 'POST',
    path: '/auth/register',
    access: 'public',
    summary: 'Ask for an account: a token is mailed to the address',
    lambda: 'registration',
    takesCredential: true,
    boundedBy: ['registrationPerAddress', 'registrationPerAccountAndAddress', 'mailsPerAccount'],
    input: () => ({ body: z.strictObject({ email: email() }) }),
    answers: () => ({ 202: registration() }),
    problems: [],
  },
  verifyEmail: {
    method: 'POST',
    path: '/auth/verify-email',
    access: 'public',
    summary: 'Turn the mailed token and a password into an account, and sign in',
    lambda: 'registration',
    takesCredential: true,
    boundedBy: 'done once',
    input: () => ({ body: z.strictObject({ token: mailedToken(), password: password() }) }),
    answers: () => ({ 200: tokens() }),
    problems: [badToken, 'weak_password'],
  },
  changeEmail: {
    method: 'POST',
    path: '/auth/email/change',
    access: 'authenticated',
    summary: 'Ask for another address, as its owner: a token is mailed to it, and a notice to the old one',
    lambda: 'account',
    takesCredential: true,
    boundedBy: [
      'stepUpPerSession',
      'stepUpPerMonth',
      'emailChangePerAccount',
      'emailChangePerDay',
      'mailsPerAccount',
      'ownersMailsPerAccount',
    ],
    input: () => ({ body: z.strictObject({ new_email: email(), current_password: z.optional(password()) }) }),
    answers: () => ({ 202: 'nothing' }),
    problems: ['invalid_credentials', 'step_up_required'],
  },
  confirmEmail: {
    method: 'POST',
    path: '/auth/email/confirm',
    access: 'optional',
    summary: 'Make the new address the account’s by the mailed token, as its owner: signed in, or by the password',
    lambda: 'recovery',
    takesCredential: true,
    boundedBy: ['confirmationPerLink'],
    input: () => ({
      body: z.strictObject({
        token: mailedToken(),
        current_password: z.optional(password()),
        device_token: z.optional(deviceToken()),
      }),
    }),
    answers: () => ({ 204: 'nothing' }),
    problems: [badToken, 'invalid_credentials'],
  },
  undoEmail: {
    method: 'POST',
    path: '/auth/email/undo',
    boundedBy: 'done once',
    access: 'public',
    summary: 'Take the account back by the token mailed to its old address: address, password, sessions, factors',
    lambda: 'recovery',
    takesCredential: true,
    input: () => ({ body: newPasswordByLink() }),
    answers: () => ({ 204: 'nothing' }),
    problems: [badToken, 'weak_password'],
  },
  me: {
    method: 'GET',
    path: '/auth/me',
    access: 'authenticated',
    summary: 'The subject behind the access token',
    lambda: 'session',
    answers: () => ({ 200: profile() }),
    problems: [],
  },
  deleteMe: {
    method: 'DELETE',
    path: '/auth/me',
    access: 'authenticated',
    summary: 'Delete the account and everything that is kept of its owner, as its owner',
    lambda: 'account',
    takesCredential: true,
    boundedBy: ['stepUpPerSession', 'stepUpPerMonth'],
    input: () => ({ body: z.optional(z.strictObject({ current_password: z.optional(password()) })) }),
    answers: () => ({ 204: 'nothing' }),
    problems: ['invalid_credentials', 'step_up_required'],
  },
} as const satisfies RouteTable;
