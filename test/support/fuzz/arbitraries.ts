import fc, { type Arbitrary } from 'fast-check';
import { z } from 'zod';

/** Values for a member of this name that mean something, or undefined where none are known. */
export type Suggest = (name: string) => Arbitrary<unknown> | undefined;

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Texts that have meant something to some parser, query or terminal. */
export const hostileTexts = [
  '',
  ' ',
  '\u0000',
  '\u001b[31m',
  '\r\nX-Injected: 1',
  "' OR 1=1 --",
  '#{7*7}',
  '{{7*7}}',
  '../../etc/passwd',
  '%00',
  '%2e%2e%2f',
  '<script>alert(1)</script>',
  ':v',
  '#n',
  '__proto__',
  'constructor',
  'null',
  'undefined',
  'NaN',
  '1e999',
  '\ud83d\ude00'.repeat(20),
  '\u202e\u2066',
  'ﬀ',
  'e\u0301',
  '\ufeff',
  'a'.repeat(5000),
  '.'.repeat(300),
] as const;

const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 64 }), fc.constantFrom(...hostileTexts));
const anyJson = fc.oneof(fc.jsonValue({ maxDepth: 3 }), anyText, fc.constantFrom(null, true, -1, 1e308, [], {}));

/** Values that the schema takes, or nearly takes: what a JSON schema cannot say (a refinement) is not observed. */
export function valuesOf(schema: z.core.$ZodType, suggest: Suggest): Arbitrary<unknown> {
  return fromJsonSchema(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), suggest, '');
}

function fromJsonSchema(schema: JsonSchema, suggest: Suggest, name: string): Arbitrary<unknown> {
  const made = shaped(schema, suggest, name);
  const suggested = suggest(name);
  return suggested ? fc.oneof(made, { arbitrary: suggested, weight: 4 }) : made;
}

function shaped(schema: JsonSchema, suggest: Suggest, name: string): Arbitrary<unknown> {
  const parts = schema.anyOf ?? schema.oneOf;
  if (parts) return fc.oneof(...parts.map((part) => fromJsonSchema(asSchema(part), suggest, name)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.type === 'object') return objects(schema, suggest);
  if (schema.type === 'array') {
    const items = schema.items;
    const item = isSchema(items) ? fromJsonSchema(items, suggest, name) : anyJson;
    return fc.array(item, { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 5, 5) });
  }
  if (schema.type === 'string') return texts(schema);
  if (schema.type === 'integer') return fc.integer({ min: schema.minimum ?? -100, max: schema.maximum ?? 100 });
  if (schema.type === 'number') return fc.double({ noNaN: true });
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'null') return fc.constant(null);
  return anyJson;
}

function objects({ properties = {}, required = [] }: JsonSchema, suggest: Suggest): Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, member]) => [
    name,
    fromJsonSchema(asSchema(member), suggest, name),
  ]);
  const model: Record<string, Arbitrary<unknown>> = Object.fromEntries(members);
  return fc.record(model, { requiredKeys: required, noNullPrototype: true });
}

/** Most texts are short, and a few are as long as the schema allows: otherwise every text would be long. */
function texts({ pattern, minLength = 0, maxLength = 64 }: JsonSchema): Arbitrary<string> {
  if (pattern !== undefined) {
    const matching = fc.stringMatching(new RegExp(pattern), { maxLength: Math.min(maxLength, 64) });
    return matching.filter((text) => text.length >= minLength && text.length <= maxLength);
  }
  const bounds = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, 64)) };
  return fc.oneof(
    fc.string({ ...bounds, unit: 'binary' }),
    fc.string(bounds),
    { arbitrary: fc.emailAddress(), weight: 1 },
    fc.constantFrom(minLength, maxLength).map((length) => 'x'.repeat(Math.min(length, 20_000))),
  );
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asSchema(value: unknown): JsonSchema {
  return isSchema(value) ? value : {};
}

/** A value as text, whatever it is: an object may have a `toString` of its own. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

type Change = (value: unknown) => unknown;

/** A value with one thing wrong: a member left out, added, of another type, or hostile; or the whole thing another. */
export function nearlyOf(values: Arbitrary<unknown>): Arbitrary<unknown> {
  const change: Arbitrary<Change> = fc.oneof(
    fc.nat().map((index) => atMember(index, () => undefined)),
    fc.tuple(fc.nat(), anyJson).map(([index, other]) => atMember(index, () => other)),
    fc.tuple(fc.nat(), anyText).map(([index, other]) => atMember(index, () => other)),
    fc.tuple(fc.nat(), anyText).map(([index, text]) => atMember(index, (member) => `${textOf(member)}${text}`)),
    fc.nat().map((index) => atMember(index, (member) => [member])),
    fc.tuple(anyText, anyJson).map(
      ([name, member]): Change =>
        (value) => ({ ...Object(value), [name]: member }),
    ),
    anyJson.map((other) => () => other),
  );
  return fc.tuple(values, change).map(([value, apply]) => apply(value));
}

function atMember(index: number, change: Change): Change {
  return (value) => {
    if (typeof value !== 'object' || value === null) return change(value);
    const names = Object.keys(value);
    const name = names[index % Math.max(names.length, 1)];
    if (name === undefined) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, member]) => {
        if (key !== name) return [[key, member]];
        const changed = change(member);
        return changed === undefined ? [] : [[key, changed]];
      }),
    );
  };
}
