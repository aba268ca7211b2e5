import * as z from 'zod/mini';
import { deviceToken, email, newPasswordByLink, password } from './fields.ts';
import { badToken, type RouteTable } from './route.ts';

/** How a password is replaced. */
export const passwordRoutes = {
  forgotPassword: {
    method: 'POST',
    path: '/auth/password/forgot',
    access: 'public',
    summary: 'Ask for a new password: a token is mailed to the address, where an account has it',
    lambda: 'recovery',
    takesCredential: true,
    boundedBy: [
      'resetPerDevice',
      'resetPerNewDevices',
      'resetPerAddress',
      'resetPerAccountAndAddress',
      'mailsPerAccount',
    ],
    input: () => ({ body: z.strictObject({ email: email(), device_token: z.optional(deviceToken()) }) }),
    answers: () => ({ 202: 'nothing' }),
    problems: [],
  },
  resetPassword: {
    method: 'POST',
    path: '/auth/password/reset',
    access: 'public',
    summary: 'Set a new password by the mailed token; every session ends, and none begins',
    lambda: 'recovery',
    takesCredential: true,
    boundedBy: 'done once',
    input: () => ({ body: newPasswordByLink() }),
    answers: () => ({ 204: 'nothing' }),
    problems: [badToken, 'weak_password'],
  },
  changePassword: {
    method: 'POST',
    path: '/auth/password/change',
    access: 'authenticated',
    summary: 'Change the password after a fresh sign-in; the other sessions end',
    lambda: 'account',
    takesCredential: true,
    boundedBy: ['stepUpPerSession', 'stepUpPerMonth', 'passwordChangesPerAccount'],
    input: () => ({ body: z.strictObject({ current_password: password(), new_password: password() }) }),
    answers: () => ({ 204: 'nothing' }),
    problems: ['invalid_credentials', 'weak_password', 'step_up_required', 'conflict'],
  },
} as const satisfies RouteTable;
