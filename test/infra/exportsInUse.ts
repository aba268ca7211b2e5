import { z } from 'zod';
import type { Deployed } from './deployments.ts';

const tableSchema = z.object({
  KeySchema: z.array(z.object({ AttributeName: z.string() })),
  StreamSpecification: z.object({ StreamViewType: z.string() }).optional(),
});
const valueSchema = z.union([
  z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
  z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }).transform((value) => value['Fn::GetAtt'].join('.')),
]);

export const inUseSchema = z.object({
  /** What each export is a name for: `Resource`, or `Resource.Attribute`. */
  exports: z.record(z.string(), z.string()),
  /** Key attributes of each table, and what its stream carries. */
  tables: z.record(z.string(), z.object({ key: z.array(z.string()), stream: z.string().optional() })),
});

/** What API stacks that are deployed hold on to: the data stack's exports, and what their values depend on. */
export type InUse = z.infer<typeof inUseSchema>;

export function inUse(data: Deployed): InUse {
  const exported = Object.entries(data.outputs).filter(([, { Export }]) => Export !== undefined);
  const tables = data.all('AWS::DynamoDB::Table').map(([id, { Properties }]) => {
    const { KeySchema, StreamSpecification } = tableSchema.parse(Properties);
    const key = KeySchema.map(({ AttributeName }) => AttributeName);
    return [id, { key, ...(StreamSpecification && { stream: StreamSpecification.StreamViewType }) }] as const;
  });
  return {
    exports: Object.fromEntries(exported.map(([id, { Value }]) => [id, valueSchema.parse(Value)])),
    tables: Object.fromEntries(tables),
  };
}

const refusal =
  'CloudFormation refuses that while a deployed API stack imports it. Do it in two deployments: see ' +
  'docs/deploy.md, "What one deployment cannot change".';

/** Why a deployment over one that holds on to `recorded` would fail, or what is not recorded yet; one line each. */
export function differences(recorded: InUse, found: InUse): string[] {
  return [
    ...compare(recorded.exports, found.exports, 'The export', (was, is) => `stands for ${is} instead of ${was}`),
    ...compare(recorded.tables, found.tables, 'The table', (was, is) => `has ${text(is)} instead of ${text(was)}`),
  ];
}

function compare<T>(
  recorded: Readonly<Record<string, T>>,
  found: Readonly<Record<string, T>>,
  kind: string,
  changed: (was: T, is: T) => string,
): string[] {
  const lost = Object.entries(recorded).flatMap(([name, was]) => {
    const is = found[name];
    if (is === undefined) return [`${kind} ${name} is gone. ${refusal}`];
    return text(is) === text(was) ? [] : [`${kind} ${name} ${changed(was, is)}. ${refusal}`];
  });
  const added = Object.keys(found).filter((name) => !(name in recorded));
  return [...lost, ...added.map((name) => `${kind} ${name} is new: record it in test/infra/exports.json.`)];
}

const text = (value: unknown) => JSON.stringify(value);
