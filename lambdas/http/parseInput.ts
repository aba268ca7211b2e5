import { isUtf8 } from 'node:buffer';
import { en } from 'zod/locales';
import * as z from 'zod/mini';
import type { FieldError } from '../contract/problemBodies.ts';
import type { RouteInput } from '../contract/routes/route.ts';
import { type InputOf, inputOf, type RouteId } from '../contract/routes.ts';
import { ProblemError } from '../core/common/errors.ts';
import { type JsonFault, JsonRejected, parseStrictJson } from '../core/common/strictJson.ts';
import { type HttpEvent, header } from './event.ts';

/** The small form of Zod says of every fault `Invalid input` unless it is given a language. */
z.config(en());

/** Longer bodies are refused before they are parsed. */
const maxBodyBytes = 65_536;
const maxJsonDepth = 32;

const mediaTypes = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const;

/**
 * The input of a route, parsed by its schemas and nothing else.
 *
 * @throws ProblemError `payload_too_large`, `unsupported_media_type`, or `invalid_request` with the fields that are
 * wrong.
 */
export function parseInput<R extends RouteId>(route: R, event: HttpEvent): InputOf<R> {
  const schemas = inputOf(route);
  const body = readBody(event);
  return {
    body: schemas.body && parse(schemas.body, decodeBody(schemas, body, event), 'body'),
    query: schemas.query && parse(schemas.query, queryValues(event), 'query'),
    path: schemas.path && parse(schemas.path, event.pathParameters ?? {}, 'path'),
  } as InputOf<R>;
}

function readBody(event: HttpEvent): string {
  const body = event.body ?? '';
  const bytes = Buffer.from(body, event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > maxBodyBytes) {
    throw new ProblemError('payload_too_large', { detail: `A body may have ${maxBodyBytes} bytes` });
  }
  // The gateway hands bodies over as bytes. In one that it has decoded, U+FFFD may stand for any bytes that are no
  // UTF-8: two passwords could become one.
  const text = event.isBase64Encoded ? decodedUtf8(bytes) : body.includes('\ufffd') ? undefined : body;
  if (text === undefined) throw notUtf8();
  return text;
}

/** Undefined for bytes that are no UTF-8. U+FFFD itself is a character like any other. */
function decodedUtf8(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : undefined;
}

function notUtf8(): ProblemError {
  return invalid([{ field: 'body', message: 'Not valid UTF-8' }]);
}

function decodeBody(schemas: RouteInput, body: string, event: HttpEvent): unknown {
  const type = schemas.bodyType ?? 'json';
  if (body === '' && schemas.body?.safeParse(undefined).success) return undefined;
  const mediaType = (header(event, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== mediaTypes[type]) {
    throw new ProblemError('unsupported_media_type', { detail: `Send ${mediaTypes[type]}` });
  }
  // We decode nothing: a small body could become a large one.
  if ((header(event, 'content-encoding') ?? 'identity').trim().toLowerCase() !== 'identity') {
    throw invalid([{ field: 'body', message: 'Send it without a content encoding' }]);
  }
  return type === 'json' ? parseJson(body) : parseForm(body);
}

const jsonFaults: Readonly<Record<JsonFault, string>> = {
  syntax: 'Not valid JSON',
  depth: `Nested more than ${maxJsonDepth} deep`,
  member: 'A member that is not allowed, or is there twice',
  number: 'A number that is too large',
  surrogate: 'Half of a surrogate pair',
};

function parseJson(body: string): unknown {
  try {
    return parseStrictJson(body, maxJsonDepth);
  } catch (error) {
    if (!(error instanceof JsonRejected)) throw error;
    throw invalid([{ field: 'body', message: jsonFaults[error.fault] }]);
  }
}

function parseForm(body: string): Record<string, string> {
  // What is no UTF-8 would become U+FFFD.
  const escaped = body.match(/(?:%[0-9a-f]{2})+/gi) ?? [];
  if (!escaped.every((bytes) => isUtf8(Buffer.from(bytes.replaceAll('%', ''), 'hex')))) throw notUtf8();
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (values.has(name)) throw invalid([{ field: name.slice(0, 128), message: 'Sent more than once' }]);
    values.set(name, value);
  }
  return Object.fromEntries(values);
}

/** A parameter that comes more than once is a list, which no schema takes. One that a route does not read may. */
function queryValues(event: HttpEvent): Record<string, string | readonly string[]> {
  const entries = Object.entries(event.multiValueQueryStringParameters ?? {});
  return Object.fromEntries(
    entries.map(([name, values]) => [name, values && values.length > 1 ? values : (values?.[0] ?? '')]),
  );
}

function parse(schema: z.ZodMiniType, value: unknown, part: 'body' | 'query' | 'path'): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const repeated =
    part === 'query' ? Object.entries(Object(value)).find(([, values]) => Array.isArray(values)) : undefined;
  if (repeated) throw invalid([{ field: `query.${repeated[0]}`.slice(0, 128), message: 'Sent more than once' }]);
  throw invalid(result.error.issues.flatMap((issue) => fieldErrors(issue, part)));
}

function fieldErrors(issue: z.core.$ZodIssue, part: string): FieldError[] {
  const prefix = part === 'body' ? [] : [part];
  const name = (path: readonly PropertyKey[]) => [...prefix, ...path].map(String).join('.').slice(0, 128) || part;
  if (issue.code !== 'unrecognized_keys') return [{ field: name(issue.path), message: issue.message }];
  return issue.keys.slice(0, 20).map((key) => ({ field: name([...issue.path, key]), message: 'Not known here' }));
}

function invalid(errors: readonly FieldError[]): ProblemError {
  return new ProblemError('invalid_request', { errors: errors.slice(0, 20) });
}
