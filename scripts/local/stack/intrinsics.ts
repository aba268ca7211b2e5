/** What a template's intrinsic functions are resolved with. */
export interface Deployed {
  readonly region: string;
  readonly accountId: string;
  /** Physical id and type by logical id. */
  readonly resources: ReadonlyMap<string, { readonly physicalId: string; readonly type: string }>;
  readonly exports: ReadonlyMap<string, string>;
}

/**
 * The value of the few intrinsic functions that the fix-ups meet: `Ref`, `Fn::ImportValue` and the ARN of a KMS key.
 *
 * @throws Error for any other, so that nothing is applied half.
 */
export function resolve(value: unknown, deployed: Deployed): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, deployed));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? ['', undefined];
  if (entries.length !== 1 || (name !== 'Ref' && !name.startsWith('Fn::'))) {
    return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, deployed)]));
  }
  const found = resolveIntrinsic(name, argument, deployed);
  if (found === undefined) throw new Error(`cannot resolve ${JSON.stringify(value)}`);
  return found;
}

function resolveIntrinsic(name: string, argument: unknown, deployed: Deployed): string | undefined {
  const { resources, exports, region, accountId } = deployed;
  if (name === 'Ref') return resources.get(String(argument))?.physicalId;
  if (name === 'Fn::ImportValue') return exports.get(String(argument));
  if (name !== 'Fn::GetAtt' || !Array.isArray(argument) || argument[1] !== 'Arn') return undefined;
  const resource = resources.get(String(argument[0]));
  if (resource?.type !== 'AWS::KMS::Key') return undefined;
  const keyId = resource.physicalId.replace(/^.*:key\//, '');
  return `arn:aws:kms:${region}:${accountId}:key/${keyId}`;
}
