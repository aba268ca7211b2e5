import { z } from 'zod';
import type { Clients } from './cloud/clients.ts';
import { fixBucket } from './fixups/bucket.ts';
import type { Fix } from './fixups/fix.ts';
import { fixTable } from './fixups/table.ts';
import { paths, type Settings } from './settings.ts';
import { readAssembly } from './stack/assembly.ts';
import { type Deployed, resolve } from './stack/intrinsics.ts';
import { exportedValues, physicalIds } from './stack/stacks.ts';

const fixes: Readonly<Record<string, Fix>> = {
  'AWS::S3::Bucket': fixBucket,
  'AWS::DynamoDB::Table': fixTable,
  'AWS::DynamoDB::GlobalTable': fixTable,
};

/**
 * Applies those settings of the synthesized template that the emulator's CloudFormation drops without a word: see
 * `docs/local-cloud.md`. Repeatable; it changes nothing where CloudFormation has done its work.
 */
export async function applyFixups(settings: Settings, clients: Clients, stackName: string): Promise<string[]> {
  const stack = readAssembly(paths(settings).assembly).find(({ name }) => name === stackName);
  const [exports, ids] = await Promise.all([
    exportedValues(clients.cloudFormation),
    physicalIds(clients.cloudFormation, stackName),
  ]);
  const resources = (stack?.resources ?? []).flatMap((resource) => {
    const physicalId = ids.get(resource.logicalId);
    return physicalId === undefined ? [] : [{ ...resource, physicalId }];
  });
  const deployed: Deployed = {
    ...settings,
    exports,
    resources: new Map(resources.map((resource) => [resource.logicalId, resource])),
  };
  const changes: string[] = [];
  for (const { type, physicalId, properties } of resources) {
    const relevant = z.record(z.string(), z.unknown()).parse(resolve(pick(properties, type), deployed));
    for (const change of (await fixes[type]?.(clients, physicalId, relevant)) ?? []) {
      changes.push(`${physicalId}: ${change}`);
    }
  }
  return changes;
}

const relevantProperties = new Set([
  'BucketEncryption',
  'ObjectLockConfiguration',
  'SSESpecification',
  'PointInTimeRecoverySpecification',
  'Replicas',
]);

/** The properties that the fix of this type reads; none where the type has no fix. */
function pick(properties: Readonly<Record<string, unknown>>, type: string): Record<string, unknown> {
  if (!(type in fixes)) return {};
  return Object.fromEntries(Object.entries(properties).filter(([name]) => relevantProperties.has(name)));
}
