import * as z from 'zod/mini';
import { mailedToken } from './fields.ts';
import type { RouteTable } from './route.ts';

/** Mail programs and trackers add members of their own to the query. */
const show = {
  method: 'GET',
  access: 'public',
  takesCredential: true,
  input: () => ({ query: z.object({ token: z.optional(z.string()) }) }),
  answers: () => ({ 200: 'page', 400: 'page', 413: 'page', 500: 'page', 503: 'page' }) as const,
  problems: [],
} as const;

const submit = {
  method: 'POST',
  access: 'public',
  summary: 'The form of that page',
  takesCredential: true,
  boundedBy: 'done once',
  answers: () =>
    ({
      200: 'page',
      400: 'page',
      403: 'page',
      413: 'page',
      415: 'page',
      429: 'page',
      500: 'page',
      503: 'page',
    }) as const,
  problems: [],
} as const;

const passwordForm = () =>
  ({ bodyType: 'form', body: z.strictObject({ token: mailedToken(), password: z.string() }) }) as const;

/** The pages that mailed links lead to. */
export const linkRoutes = {
  showVerifyEmailPage: {
    ...show,
    path: '/auth/link/verify-email',
    summary: 'The page behind the mailed link: a form that asks for a password; it consumes nothing',
    lambda: 'registration',
  },
  submitVerifyEmailPage: {
    ...submit,
    path: '/auth/link/verify-email',
    lambda: 'registration',
    input: passwordForm,
  },
  showResetPage: {
    ...show,
    path: '/auth/link/reset',
    summary: 'The page behind the mailed link: a form that asks for a new password; it consumes nothing',
    lambda: 'recovery',
  },
  submitResetPage: {
    ...submit,
    path: '/auth/link/reset',
    lambda: 'recovery',
    input: passwordForm,
  },
  showConfirmEmailPage: {
    ...show,
    path: '/auth/link/confirm-email',
    summary: 'The page behind the mailed link: a form that confirms the new address; it consumes nothing',
    lambda: 'recovery',
  },
  submitConfirmEmailPage: {
    ...submit,
    path: '/auth/link/confirm-email',
    access: 'optional',
    boundedBy: ['confirmationPerLink'],
    lambda: 'recovery',
    input: () => ({
      bodyType: 'form',
      body: z.strictObject({ token: mailedToken(), current_password: z.optional(z.string().check(z.maxLength(1024))) }),
    }),
  },
  showUndoEmailPage: {
    ...show,
    path: '/auth/link/undo-email',
    summary: 'The page behind the mailed link: a form that takes the account back; it consumes nothing',
    lambda: 'recovery',
  },
  submitUndoEmailPage: {
    ...submit,
    path: '/auth/link/undo-email',
    lambda: 'recovery',
    input: passwordForm,
  },
} as const satisfies RouteTable;
