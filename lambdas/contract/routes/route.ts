import type * as z from 'zod/mini';
import type { LambdaName } from '../lambdas.ts';
import type { LimitName } from '../limits.ts';
import type { ProblemCode } from '../problems.ts';

/**
 * Who may call a route. `optional`: the authorizer runs, and lets a request without any credential through as
 * anonymous.
 */
export type Access = 'public' | 'optional' | 'authenticated';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a route takes. A member that is absent takes nothing; objects are strict, so an unknown member is refused. */
export interface RouteInput {
  readonly body?: z.ZodMiniType;
  /** The media type of the body; JSON unless said otherwise. */
  readonly bodyType?: 'json' | 'form';
  readonly query?: z.ZodMiniType;
  readonly path?: z.ZodMiniType;
}

/** A JSON body by its schema, an HTML page, or no body. */
export type AnswerBody = z.ZodMiniType | 'page' | 'nothing';

export interface ProblemAnswer {
  readonly code: ProblemCode;
  readonly status: number;
}

/**
 * What keeps a route from writing events, which nobody can delete, and sending mails without end: limits, of which one
 * at least counts for a subject or an address and not for a source alone; or that what it does can be done once, for a
 * session or a mailed link that a limit was counted for; or that it does neither.
 */
export type Bound = readonly [LimitName, ...LimitName[]] | 'done once' | 'writes no event';

type Status = 200 | 201 | 202 | 204 | 400 | 403 | 413 | 415 | 429 | 500 | 503;

/**
 * Everything there is to say about a route. The gateway's method, the web ACL's rules, the parsing of its input, the
 * tests' check of its answers and the fuzzer's requests are derived from it.
 */
export interface Route {
  readonly method: Method;
  /** API Gateway resource path, with `{name}` for path parameters. */
  readonly path: `/${string}`;
  /** No default: a route cannot be written without saying who may call it. */
  readonly access: Access;
  /** One sentence for the OpenAPI document. */
  readonly summary: string;
  /** Who serves it. A Lambda is drawn around a privilege boundary, so routes that need the same stores share one. */
  readonly lambda: LambdaName;
  /**
   * Whether its input holds a credential (a password, a token, a code, a key's signature), or the address to mail one
   * to. The web ACL limits such requests per address, and lets them pass whatever their bodies look like.
   */
  readonly takesCredential?: true;
  /**
   * Whether the handler still gets a request whose `Authorization` header is refused, if it has a body: that may hold a
   * credential of its own. The authorizer sees no bodies.
   */
  readonly outlivesRefusal?: true;
  /** What bounds what it writes for good and mails. Every method but GET says it. */
  readonly boundedBy?: Bound;
  /**
   * A function, like `answers`: a Lambda makes the schemas of its own routes alone. To make those of every route takes
   * longer than to load them.
   */
  readonly input?: () => RouteInput;
  /** What the route answers that is no problem, by status. A page says itself what went wrong. */
  readonly answers: () => Readonly<Partial<Record<Status, AnswerBody>>>;
  /** The problems of this route alone. Those that its access and its input lead to are added to them. */
  readonly problems: readonly (ProblemCode | ProblemAnswer)[];
}

/** The routes of a room, by their ids. */
export type RouteTable = Readonly<Record<string, Route>>;

/**
 * A bad token in the body (a mailed one, or one of a sign-in that is half done) is a 400; 401 is for the request's own
 * credential.
 */
export const badToken = { code: 'invalid_token', status: 400 } as const satisfies ProblemAnswer;
