import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import type { SigningAlgorithm } from '../../../lambdas/contract/signingAlgorithms.ts';
import { generatePrivateJwk, type PrivateJwk, publicHalf } from '../../../lambdas/core/keys/jwk.ts';
import { createVerificationKeys } from '../../../lambdas/core/keys/verificationKeys.ts';
import {
  fromAuthorizerContext,
  isRefused,
  isUnproven,
  type Principal,
} from '../../../lambdas/core/sessions/principal.ts';
import { type AccessTokenClaims, signAccessToken } from '../../../lambdas/core/tokens/accessToken.ts';
import type { RevocationEntry } from '../../../lambdas/core/tokens/revocationList.ts';
import type { SignatureStep } from '../../../lambdas/core/tokens/strictJws.ts';
import { createAuthorizer } from '../../../lambdas/endpoints/authorizer.ts';
import { createRefusalRecorder } from '../../../lambdas/flows/steps/recordRefusal.ts';
import { authorizerTelemetry } from '../../../lambdas/http/telemetry/authorizerTelemetry.ts';
import { createAuditOutbox } from '../../../lambdas/stores/audit/auditOutbox.ts';
import { jwksItemName } from '../../../lambdas/stores/items/publishedKeyItems.ts';
import { revocationPut } from '../../../lambdas/stores/items/revocationItems.ts';
import { createPublishedKeys } from '../../../lambdas/stores/keys/publishedKeys.ts';
import { createSessionReader } from '../../../lambdas/stores/sessions/sessionReader.ts';
import { createRevocations } from '../../../lambdas/stores/tokens/revocations.ts';
import { createFakeDynamo } from '../fakes/fakeDynamo.ts';
import { noIdentity } from './httpEvent.ts';

export const issuer = 'https://auth.example.com';
export const audience = `${issuer}/api`;
export const keyCacheSeconds = 300;
export const pollSeconds = 5;
const accessTokenTtlSeconds = 900;

/** One pair of each algorithm for a whole test file: RSA keys take time. */
const generated = new Map<string, Promise<PrivateJwk>>();
export function keyPair(algorithm: SigningAlgorithm, name = 'first'): Promise<PrivateJwk> {
  const id = `${algorithm} ${name}`;
  const pair = generated.get(id) ?? generatePrivateJwk(algorithm);
  generated.set(id, pair);
  return pair;
}

/** Reading an RSA key takes longer than signing with it. */
const prepared = new WeakMap<PrivateJwk, KeyObject>();
function privateKeyOf(jwk: PrivateJwk): KeyObject {
  const key = prepared.get(jwk) ?? createPrivateKey({ key: jwk, format: 'jwk' });
  prepared.set(jwk, key);
  return key;
}

export interface WorldOptions {
  readonly algorithm?: SigningAlgorithm;
  readonly key?: PrivateJwk;
  readonly clockLeewaySeconds?: number;
  readonly signatureStep?: SignatureStep;
}

/**
 * `unproven`: let through, for the handler to refuse as it lacks a CSRF token; `refused`: let through for the sake of
 * its body.
 */
export type Answer = 'unauthorized' | 'failed' | Principal | 'anonymous' | 'unproven' | 'refused';

/** The authorizer as it is deployed, on tables in memory and a clock of our own. */
export async function createAuthorizerWorld(options: WorldOptions = {}) {
  const { clockLeewaySeconds = 60, signatureStep } = options;
  const key = options.key ?? (await keyPair(options.algorithm ?? 'RS256'));
  const dynamo = createFakeDynamo();
  let nowMs = Date.UTC(2030, 0, 1);
  const clock = () => nowMs;
  const nowSeconds = () => Math.floor(nowMs / 1000);

  const publish = (keys: readonly object[], version = 1, dropAt: Readonly<Record<string, number>> = {}) =>
    dynamo.put('PublishedKeys', {
      name: jwksItemName,
      schema_version: 1,
      jwks: JSON.stringify({ keys }),
      version,
      updated_at: nowSeconds(),
      first_published: {},
      drop_at: dropAt,
      replaced: [],
    });
  publish([publicHalf(key)]);

  const outbox = createAuditOutbox({ client: dynamo.client, table: 'AuditOutbox' });
  const unknown: number[] = [];
  const telemetry = authorizerTelemetry({ record: createRefusalRecorder({ outbox, clock }) });
  const lifetime = { accessTokenTtlSeconds, clockLeewaySeconds };
  const authorizer = createAuthorizer({
    keys: createVerificationKeys({
      read: createPublishedKeys({ client: dynamo.client, table: 'PublishedKeys' }).read,
      clock,
      cacheSeconds: keyCacheSeconds,
      maxStaleSeconds: accessTokenTtlSeconds,
      onRefused: telemetry.keysRefused,
    }),
    revocations: createRevocations({
      client: dynamo.client,
      table: 'Revocations',
      clock,
      pollSeconds,
      onUnknown: (count) => void unknown.push(count),
      ...lifetime,
    }),
    sessions: createSessionReader({ client: dynamo.client, tables: { accounts: 'Accounts', sessions: 'Sessions' } }),
    policy: { issuer, audience, maxLifetimeSeconds: accessTokenTtlSeconds, clockLeewaySeconds },
    clock,
    ...telemetry,
    ...(signatureStep && { signatureStep }),
  });

  const claims = (changes: Partial<Record<string, unknown>> = {}): AccessTokenClaims => ({
    iss: issuer,
    sub: '8f14e45f-ceea-467f-a8a1-0d5f0a8f2c11',
    aud: audience,
    exp: nowSeconds() + accessTokenTtlSeconds,
    iat: nowSeconds(),
    jti: 'jti-1',
    sid: 'AAAAAAAAAAAAAAAAAAAAAA0',
    client_id: 'gatehouse',
    scope: 'account',
    roles: ['member'],
    tenant_id: 'default',
    auth_time: nowSeconds(),
    amr: ['pwd'],
    acr: 'aal1',
    ...changes,
  });

  const call = async (
    authorization: string | readonly string[] | undefined,
    route: RouteCall = {},
  ): Promise<Answer> => {
    const values = authorization === undefined ? [] : [authorization].flat();
    try {
      const { context, policyDocument } = await authorizer(authorizerEvent(values, route));
      const allowed = policyDocument.Statement.every((statement) => statement.Effect === 'Allow');
      if (!allowed) return 'unauthorized';
      if (isRefused(context)) return 'refused';
      return isUnproven(context) ? 'unproven' : (fromAuthorizerContext(context) ?? 'anonymous');
    } catch {
      return 'failed';
    }
  };

  return {
    key,
    dynamo,
    clock,
    nowSeconds,
    advance(seconds: number) {
      nowMs += seconds * 1000;
    },
    publish,
    /** How many entries that it did not know each load of the revocations told of. */
    unknown,
    authorizer,
    claims,
    call,
    /** Presents a token as a bearer token. */
    present: (token: string, route?: RouteCall) => call(`Bearer ${token}`, route),
    /** A good token, but for what is changed. */
    token: (changes: Partial<Record<string, unknown>> = {}, signer = key) =>
      signAccessToken(claims(changes), {
        kid: signer.kid,
        algorithm: signer.alg,
        privateKey: privateKeyOf(signer),
      }),
    header: (changes: Readonly<Record<string, unknown>> = {}) => ({
      alg: key.alg,
      typ: 'at+jwt',
      kid: key.kid,
      ...changes,
    }),
    /** A token whose header and payload are taken as they are, signed with our key whatever they say. */
    signed: (header: unknown, payload: unknown, signer = key) => signParts(encode(header), encode(payload), signer),
    revoke(entry: RevocationEntry, writtenAtMs = nowMs) {
      const { Put } = revocationPut('Revocations', { entry, nowMs: writtenAtMs, lifetime });
      if (Put?.Item) dynamo.put('Revocations', Put.Item);
    },
    reads: (table: string) =>
      dynamo.calls.filter((made) => made.table === table && made.operation !== 'PutItem').length,
  };
}

export type AuthorizerWorld = Awaited<ReturnType<typeof createAuthorizerWorld>>;

/** Base64url of bytes, of text, or of a value's JSON. */
export function encode(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64url');
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

/** A compact JWS of parts that are encoded already. */
export function signParts(headerB64: string, payloadB64: string, signer: PrivateJwk): string {
  const input = `${headerB64}.${payloadB64}`;
  const key = privateKeyOf(signer);
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

export interface RouteCall {
  readonly method?: string;
  readonly resource?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly sourceIp?: string;
  readonly headerName?: string;
  /** Values of the `Cookie` header. */
  readonly cookies?: readonly string[];
  readonly csrfToken?: string;
  readonly contentType?: string;
}

export function authorizerEvent(values: readonly string[], route: RouteCall = {}): APIGatewayRequestAuthorizerEvent {
  const { method = 'GET', resource = '/auth/me', query = null, sourceIp = '192.0.2.1', headerName } = route;
  const headers = {
    ...(values.length > 0 && { [headerName ?? 'Authorization']: [...values] }),
    ...(route.cookies && { Cookie: [...route.cookies] }),
    ...(route.csrfToken !== undefined && { 'X-CSRF-Token': [route.csrfToken] }),
    ...(route.contentType !== undefined && { 'Content-Type': [route.contentType] }),
  };
  return {
    type: 'REQUEST',
    methodArn: `arn:aws:execute-api:us-east-1:000000000000:api/test/${method}${resource}`,
    resource,
    path: resource,
    httpMethod: method,
    headers: Object.fromEntries(Object.entries(headers).map(([name, all]) => [name, all.at(-1)])),
    multiValueHeaders: headers,
    pathParameters: null,
    queryStringParameters: query && { ...query },
    multiValueQueryStringParameters: null,
    stageVariables: null,
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      authorizer: undefined,
      protocol: 'HTTP/1.1',
      httpMethod: method,
      identity: { ...noIdentity, sourceIp },
      path: resource,
      requestId: 'request-1',
      requestTimeEpoch: 0,
      resourceId: 'resource',
      resourcePath: resource,
      stage: 'test',
    },
  };
}
