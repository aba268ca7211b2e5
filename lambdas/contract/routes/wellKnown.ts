import * as z from 'zod/mini';
import { signingAlgorithms } from '../signingAlgorithms.ts';
import type { RouteTable } from './route.ts';

const health = () => z.strictObject({ status: z.literal('ok'), version: z.string() });

/** RFC 7517 §5: the members of a key depend on its type. */
const jwkSet = () =>
  z.strictObject({
    keys: z.array(
      z.looseObject({ kty: z.string(), kid: z.string(), use: z.literal('sig'), alg: z.enum(signingAlgorithms) }),
    ),
  });

/** What the deployment tells everybody about itself. */
export const wellKnownRoutes = {
  health: {
    method: 'GET',
    path: '/health',
    access: 'public',
    summary: 'Whether the API answers, and its version',
    lambda: 'wellKnown',
    answers: () => ({ 200: health() }),
    problems: [],
  },
  jwks: {
    method: 'GET',
    path: '/.well-known/jwks.json',
    access: 'public',
    summary: 'The public keys that verify access tokens (RFC 7517)',
    lambda: 'wellKnown',
    answers: () => ({ 200: jwkSet() }),
    problems: [],
  },
} as const satisfies RouteTable;
