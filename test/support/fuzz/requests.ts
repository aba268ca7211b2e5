import fc, { type Arbitrary } from 'fast-check';
import type { z } from 'zod';
import type { RouteInput } from '../../../lambdas/contract/routes/route.ts';
import { inputOf, type RouteId, routes } from '../../../lambdas/contract/routes.ts';
import type { ApiRequest } from '../../../scripts/local/stack/apiClient.ts';
import { hostileTexts, nearlyOf, type Suggest, textOf, valuesOf } from './arbitraries.ts';
import type { KnownValues } from './knownValues.ts';

/** A generated request; `path` as it is sent. */
export interface FuzzedRequest {
  readonly route: RouteId;
  readonly path: string;
  readonly options: ApiRequest;
}

const mediaTypes = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const;

/** As the values of headers may be: visible characters of ISO 8859-1, spaces and tabs. */
const headerText = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code !== 0x7f && (code < 0x80 || code > 0x9f))
    .map((code) => String.fromCharCode(code)),
  maxLength: 100,
});

/** Requests over and around the schemas of a route, from anywhere, with and without credentials. */
export function requestsOf(route: RouteId, known: KnownValues): Arbitrary<FuzzedRequest> {
  const schemas = inputOf(route);
  const suggest: Suggest = (name) => preferring(known.of(name, route), 2);
  return fc
    .record({
      path: pathsOf(route, schemas, suggest),
      query: schemas.query ? queriesOf(schemas.query, suggest) : mostly('', fc.constantFrom('?', '?x=1', '?token=%ff')),
      content: contentsOf(schemas, suggest),
      credentials: credentialsOf(route, known),
      others: headers,
      // From a network that no other test uses, so that this one does not use up the limits of their addresses.
      localAddress: fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 30 })).map(([net, host]) => `127.1.${net}.${host}`),
    })
    .map(({ path, query, content, credentials, others, localAddress }) => ({
      route,
      path: `${path}${query}`,
      options: {
        method: routes[route].method,
        localAddress,
        headers: { ...content.headers, ...credentials, ...others },
        ...(content.body !== undefined && { body: content.body }),
      },
    }));
}

/** One of these values, `weight` times as often one of the route's own; undefined where there are none. */
function preferring<T>(values: { own: readonly T[]; others: readonly T[] }, weight: number): Arbitrary<T> | undefined {
  const own = values.own.length > 0 ? fc.constantFrom(...values.own) : undefined;
  const others = values.others.length > 0 ? fc.constantFrom(...values.others) : undefined;
  return own && others ? fc.oneof({ arbitrary: own, weight }, others) : (own ?? others);
}

function mostly<T>(usual: T, others: Arbitrary<T>): Arbitrary<T> {
  return fc.oneof({ arbitrary: fc.constant(usual), weight: 9 }, others);
}

function mixed(schema: z.core.$ZodType, suggest: Suggest): Arbitrary<unknown> {
  const values = valuesOf(schema, suggest);
  return fc.oneof({ arbitrary: values, weight: 3 }, { arbitrary: nearlyOf(values), weight: 2 });
}

function pathsOf(route: RouteId, { path: schema }: RouteInput, suggest: Suggest): Arbitrary<string> {
  const template = routes[route].path;
  if (!schema) return fc.constant(template);
  return mixed(schema, suggest).map((parameters) =>
    template.replaceAll(/\{(\w+)\}/g, (_, name: string) => segment(Object(parameters)[name])),
  );
}

/** One segment, which an intermediary neither drops nor resolves (RFC 3986 §5.2.4). */
function segment(value: unknown): string {
  const text = textOf(value).toWellFormed().slice(0, 500);
  return /^\.{0,2}$/.test(text) ? 'x' : encodeURIComponent(text);
}

function queriesOf(schema: z.core.$ZodType, suggest: Suggest): Arbitrary<string> {
  return mixed(schema, suggest).map((value) => `?${formOf(value).slice(0, 4000)}`);
}

function formOf(value: unknown): string {
  const entries = Object.entries(Object(value)).map(([name, member]): [string, string] => [
    name.toWellFormed(),
    textOf(member).toWellFormed(),
  ]);
  return new URLSearchParams(entries).toString();
}

interface Content {
  readonly body?: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

function contentsOf(schemas: RouteInput, suggest: Suggest): Arbitrary<Content> {
  const bodyType = schemas.bodyType ?? 'json';
  const type = mostly<string>(
    mediaTypes[bodyType],
    fc.constantFrom('', 'text/plain', 'application/json; charset=utf-16', 'multipart/form-data; boundary=x', '*/*'),
  );
  const encoding = mostly<string | undefined>(undefined, fc.constantFrom('gzip', 'identity', 'br'));
  const bodies: Arbitrary<string | Uint8Array | undefined> = schemas.body
    ? fc.oneof({ arbitrary: encoded(mixed(schemas.body, suggest), bodyType), weight: 9 }, garbage)
    : mostly<string | Uint8Array | undefined>(undefined, garbage);
  return fc.tuple(bodies, type, encoding).map(([body, mediaType, contentEncoding]) => ({
    ...(body !== undefined && { body }),
    headers: {
      ...(body !== undefined && mediaType !== '' && { 'content-type': mediaType }),
      ...(contentEncoding !== undefined && { 'content-encoding': contentEncoding }),
    },
  }));
}

function encoded(values: Arbitrary<unknown>, bodyType: 'json' | 'form'): Arbitrary<string> {
  return values.map((value) => (bodyType === 'form' ? formOf(value) : (JSON.stringify(value) ?? '')));
}

const garbage: Arbitrary<string | Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.json({ maxDepth: 4 }),
  fc.constantFrom(
    '',
    '{',
    '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[',
    '{"a":1e999}',
    '{"a":1,"a":2}',
    '{"__proto__":{"x":1}}',
    '"\\ud800"',
    'x=%ff&x=%fe',
    'token=a&token=b',
    'a'.repeat(70_000),
  ),
);

/**
 * The credential of a request: mostly a good one where the route wants one, sometimes a browser's, sometimes none or a
 * bad one. Seldom one of another route's, because this route may end its session.
 */
function credentialsOf(route: RouteId, known: KnownValues): Arbitrary<Readonly<Record<string, string>>> {
  const good = preferring(known.textsOf('access_token', route), 20);
  const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
  const bad = fc.oneof(
    fc.constant({}),
    headerText.map((authorization) => ({ authorization })),
    fc.constantFrom(...hostileTexts.filter((text) => /^[ -~]{0,500}$/.test(text))).map(bearer),
  );
  if (!good || known.browsers.length === 0) return bad;
  const damaged = fc.tuple(good, fc.nat(200)).map(([text, at]) => bearer(`${text.slice(0, at)}A${text.slice(at + 1)}`));
  const browser = fc.constantFrom(...known.browsers);
  const halfABrowser = fc
    .tuple(browser, fc.constantFrom('x-csrf-token', 'origin', 'cookie'), headerText)
    .map(([headers, name, text]) => ({ ...headers, [name]: text }));
  const weight = routes[route].access === 'public' ? 1 : 8;
  return fc.oneof(
    { arbitrary: good.map(bearer), weight },
    { arbitrary: browser, weight: 2 },
    halfABrowser,
    bad,
    damaged,
  );
}

const headers: Arbitrary<Record<string, string>> = mostly<Record<string, string>>(
  {},
  fc.oneof(
    fc.constantFrom('https://evil.example', 'null', '').map((origin) => ({ origin })),
    headerText.map((text) => ({ 'user-agent': text })),
    headerText.map((cookie) => ({ cookie })),
    headerText.map((text) => ({ 'x-csrf-token': text })),
    headerText.map((text) => ({ 'x-forwarded-for': text, forwarded: text })),
    headerText.map((text) => ({ 'accept-language': text, accept: text })),
  ),
);
