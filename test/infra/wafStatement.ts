import { posix } from 'node:path';
import { z } from 'zod';

/** What of a request the rules look at. */
export interface WafRequest {
  readonly method: string;
  readonly path: string;
  /** What earlier rules have marked it with. */
  readonly labels?: readonly string[];
}

const transformations = z.array(z.object({ Type: z.enum(['NONE', 'URL_DECODE', 'NORMALIZE_PATH']) }));

const leafSchema = z.union([
  z.strictObject({
    RegexMatchStatement: z.object({
      FieldToMatch: z.strictObject({ UriPath: z.object({}) }),
      RegexString: z.string(),
      TextTransformations: transformations,
    }),
  }),
  z.strictObject({
    ByteMatchStatement: z.object({
      FieldToMatch: z.strictObject({ Method: z.object({}) }),
      PositionalConstraint: z.literal('EXACTLY'),
      SearchString: z.string(),
      TextTransformations: transformations,
    }),
  }),
  z.strictObject({ LabelMatchStatement: z.object({ Scope: z.literal('LABEL'), Key: z.string() }) }),
]);

type Leaf = z.infer<typeof leafSchema>;
type WafStatement =
  | Leaf
  | { AndStatement: { Statements: WafStatement[] } }
  | { OrStatement: { Statements: WafStatement[] } }
  | { NotStatement: { Statement: WafStatement } };

const statementSchema: z.ZodType<WafStatement> = z.lazy(() => {
  // AWS refuses an `AndStatement` or `OrStatement` of fewer than two.
  const several = z.strictObject({ Statements: z.array(statementSchema).min(2) });
  return z.union([
    leafSchema,
    z.strictObject({ AndStatement: several }),
    z.strictObject({ OrStatement: several }),
    z.strictObject({ NotStatement: z.strictObject({ Statement: statementSchema }) }),
  ]);
});

/** Whether AWS WAF would find that a request matches, as far as our rules use its statements. */
export function matches(statement: unknown, request: WafRequest): boolean {
  return evaluate(statementSchema.parse(statement), request);
}

function evaluate(statement: WafStatement, request: WafRequest): boolean {
  if ('AndStatement' in statement) return statement.AndStatement.Statements.every((one) => evaluate(one, request));
  if ('OrStatement' in statement) return statement.OrStatement.Statements.some((one) => evaluate(one, request));
  if ('NotStatement' in statement) return !evaluate(statement.NotStatement.Statement, request);
  if ('LabelMatchStatement' in statement) return (request.labels ?? []).includes(statement.LabelMatchStatement.Key);
  if ('ByteMatchStatement' in statement) return request.method === statement.ByteMatchStatement.SearchString;
  const { RegexString, TextTransformations } = statement.RegexMatchStatement;
  const path = TextTransformations.reduce((text, { Type }) => transformed(text, Type), request.path);
  return new RegExp(RegexString).test(path);
}

function transformed(text: string, type: z.infer<typeof transformations>[number]['Type']): string {
  if (type === 'URL_DECODE') return decodeURIComponent(text);
  return type === 'NORMALIZE_PATH' ? posix.normalize(text) : text;
}

/** Every pattern in a statement, however deep. */
export function patternsIn(statement: unknown): string[] {
  return [...JSON.stringify(statement).matchAll(/"RegexString":("(?:[^"\\]|\\.)*")/g)].map(([, pattern = '']) =>
    z.string().parse(JSON.parse(pattern)),
  );
}

/**
 * What a statement costs, in web ACL capacity units
 * (https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-list.html).
 */
export function capacityOf(statement: unknown): number {
  const text = JSON.stringify(statement);
  const count = (pattern: RegExp) => [...text.matchAll(pattern)].length;
  return (
    3 * count(/"RegexMatchStatement"/g) +
    2 * count(/"ByteMatchStatement"/g) +
    count(/"LabelMatchStatement"/g) +
    2 * count(/"RateBasedStatement"/g) +
    10 * count(/"Type":"(URL_DECODE|NORMALIZE_PATH)"/g)
  );
}
