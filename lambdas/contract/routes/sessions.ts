import * as z from 'zod/mini';
import { refreshToken } from './fields.ts';
import type { RouteTable } from './route.ts';
import { tokens } from './tokens.ts';

const csrfToken = () => z.strictObject({ csrf_token: z.string() });

const sessionList = () =>
  z.strictObject({
    items: z.array(
      z.strictObject({
        sid: z.string(),
        created_at: z.iso.datetime(),
        last_used_at: z.iso.datetime(),
        ip: z.string(),
        user_agent: z.string(),
        current: z.boolean(),
      }),
    ),
  });

/** How a session goes on, is seen and ends. */
export const sessionRoutes = {
  refresh: {
    method: 'POST',
    path: '/auth/refresh',
    access: 'public',
    summary: 'Exchange a refresh token for its successor and a new access token',
    lambda: 'refresh',
    takesCredential: true,
    boundedBy: ['refreshPerSession'],
    input: () => ({ body: z.optional(z.strictObject({ refresh_token: z.optional(refreshToken()) })) }),
    answers: () => ({ 200: tokens() }),
    problems: ['invalid_grant'],
  },
  logout: {
    method: 'POST',
    path: '/auth/logout',
    access: 'optional',
    summary: 'End the session of the access token, of the cookies, or of the refresh token in the body',
    lambda: 'session',
    takesCredential: true,
    outlivesRefusal: true,
    boundedBy: 'done once',
    input: () => ({ body: z.optional(z.strictObject({ refresh_token: z.optional(refreshToken()) })) }),
    answers: () => ({ 204: 'nothing' }),
    problems: [],
  },
  logoutEverywhere: {
    method: 'POST',
    path: '/auth/logout-everywhere',
    access: 'authenticated',
    summary: 'End every session of the subject',
    lambda: 'session',
    boundedBy: ['signOutsEverywherePerSession'],
    answers: () => ({ 204: 'nothing' }),
    problems: [],
  },
  csrf: {
    method: 'GET',
    path: '/auth/csrf',
    access: 'authenticated',
    summary: 'The token that unsafe methods need beside a session cookie, as `X-CSRF-Token`',
    lambda: 'session',
    answers: () => ({ 200: csrfToken() }),
    problems: [],
  },
  listSessions: {
    method: 'GET',
    path: '/auth/sessions',
    access: 'authenticated',
    summary: "The subject's active sessions",
    lambda: 'session',
    answers: () => ({ 200: sessionList() }),
    problems: [],
  },
  revokeSession: {
    method: 'DELETE',
    path: '/auth/sessions/{sid}',
    access: 'authenticated',
    summary: "End one of the subject's sessions",
    lambda: 'session',
    boundedBy: ['sessionEndsPerSession'],
    input: () => ({ path: z.strictObject({ sid: z.string().check(z.regex(/^[A-Za-z0-9_-]{23,40}$/)) }) }),
    answers: () => ({ 204: 'nothing' }),
    problems: ['not_found'],
  },
} as const satisfies RouteTable;
