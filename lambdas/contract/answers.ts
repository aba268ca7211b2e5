import type { z } from 'zod';
import { type InputSchemas, inputs } from './inputs.ts';
import {
  csrfSchema,
  factorsSchema,
  healthSchema,
  jwksSchema,
  passkeyOptionsSchema,
  passkeySchema,
  profileSchema,
  recoveryCodesSchema,
  registrationSchema,
  sessionsSchema,
  tokensSchema,
  totpEnrolmentSchema,
} from './outputs.ts';
import { type ProblemCode, problems } from './problems.ts';
import { type Route, type RouteId, routes } from './routes.ts';

/** A JSON body by its schema, an HTML page, or no body. */
export type AnswerBody = z.ZodType | 'page' | 'nothing';

type Status = 200 | 201 | 202 | 204 | 400 | 403 | 429 | 503;

export interface ProblemAnswer {
  readonly code: ProblemCode;
  readonly status: number;
}

export interface RouteAnswers {
  /** What the route answers that is no problem, by status. A page says itself what went wrong. */
  readonly answers: Readonly<Partial<Record<Status, AnswerBody>>>;
  /** The problems that are the route's own: what its access and its input may lead to is not repeated here. */
  readonly problems: readonly (ProblemCode | ProblemAnswer)[];
}

/** A token that stands in a body, mailed or of a sign-in that is half done: that it is no good is no missing credential. */
const badToken: ProblemAnswer = { code: 'invalid_token', status: 400 };
const linkForm = { answers: { 200: 'page', 400: 'page' }, problems: [] } as const;
const linkResult = { answers: { 200: 'page', 400: 'page', 429: 'page', 503: 'page' }, problems: [] } as const;

/** Every answer there is. A route answers nothing that does not stand here, or in `commonProblems`. */
export const answers = {
  health: { answers: { 200: healthSchema }, problems: [] },
  jwks: { answers: { 200: jwksSchema }, problems: [] },
  register: { answers: { 202: registrationSchema }, problems: [] },
  verifyEmail: { answers: { 200: tokensSchema }, problems: [badToken, 'weak_password'] },
  login: { answers: { 200: tokensSchema }, problems: ['invalid_credentials', 'mfa_required'] },
  loginMfa: { answers: { 200: tokensSchema }, problems: [badToken, 'invalid_credentials'] },
  loginPasskeyOptions: { answers: { 200: passkeyOptionsSchema }, problems: [badToken] },
  loginPasskey: { answers: { 200: tokensSchema }, problems: ['invalid_credentials'] },
  stepUp: { answers: { 200: tokensSchema }, problems: ['invalid_credentials'] },
  listFactors: { answers: { 200: factorsSchema }, problems: [] },
  renameFactor: { answers: { 204: 'nothing' }, problems: ['not_found'] },
  removeFactor: { answers: { 204: 'nothing' }, problems: ['step_up_required', 'not_found', 'conflict'] },
  beginTotp: { answers: { 201: totpEnrolmentSchema }, problems: ['step_up_required', 'conflict'] },
  confirmTotp: { answers: { 200: recoveryCodesSchema }, problems: ['step_up_required', 'not_found', 'conflict'] },
  passkeyOptions: { answers: { 200: passkeyOptionsSchema }, problems: ['step_up_required', 'conflict'] },
  addPasskey: { answers: { 201: passkeySchema }, problems: ['step_up_required', 'conflict'] },
  renewRecoveryCodes: { answers: { 200: recoveryCodesSchema }, problems: ['step_up_required', 'conflict'] },
  refresh: { answers: { 200: tokensSchema }, problems: ['invalid_grant'] },
  forgotPassword: { answers: { 202: 'nothing' }, problems: [] },
  resetPassword: { answers: { 204: 'nothing' }, problems: [badToken, 'weak_password'] },
  changePassword: {
    answers: { 204: 'nothing' },
    problems: ['invalid_credentials', 'weak_password', 'step_up_required', 'conflict'],
  },
  deleteMe: { answers: { 204: 'nothing' }, problems: ['invalid_credentials', 'step_up_required'] },
  changeEmail: { answers: { 202: 'nothing' }, problems: ['step_up_required'] },
  confirmEmail: { answers: { 204: 'nothing' }, problems: [badToken] },
  logout: { answers: { 204: 'nothing' }, problems: [] },
  logoutEverywhere: { answers: { 204: 'nothing' }, problems: [] },
  csrf: { answers: { 200: csrfSchema }, problems: [] },
  me: { answers: { 200: profileSchema }, problems: [] },
  listSessions: { answers: { 200: sessionsSchema }, problems: [] },
  revokeSession: { answers: { 204: 'nothing' }, problems: ['not_found'] },
  showVerifyEmailPage: linkForm,
  submitVerifyEmailPage: linkResult,
  showResetPage: linkForm,
  submitResetPage: linkResult,
  showConfirmEmailPage: linkForm,
  submitConfirmEmailPage: linkResult,
} as const satisfies Record<RouteId, RouteAnswers>;

/** Every problem a route may answer with, its own and those that its access, method and input lead to. */
export function problemsOf(route: RouteId): ProblemAnswer[] {
  const { problems: own }: RouteAnswers = answers[route];
  return [...commonProblems(routes[route], inputs[route]), ...own].map((problem) =>
    typeof problem === 'string' ? { code: problem, status: problems[problem].status } : problem,
  );
}

/** `forbidden` is the web ACL's, `rate_limited` the stage's throttle as well. */
function commonProblems({ access, method }: Route, { body }: InputSchemas): ProblemCode[] {
  return [
    'forbidden',
    'payload_too_large',
    'rate_limited',
    'unavailable',
    'internal',
    // Whether a body is text is looked at whether or not the route takes one.
    'invalid_request',
    ...(method === 'GET' ? [] : (['csrf'] as const)),
    ...(access === 'public' ? [] : (['invalid_token'] as const)),
    ...(body ? (['unsupported_media_type'] as const) : []),
  ];
}
