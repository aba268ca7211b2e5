import { z } from 'zod';
import { readAssembly } from './assembly.ts';
import type { Clients } from './clients.ts';
import { fixBucket } from './fixups/bucket.ts';
import type { Fix } from './fixups/fix.ts';
import { fixTable } from './fixups/table.ts';
import { type Deployed, resolve } from './intrinsics.ts';
import { paths, type Settings } from './settings.ts';
import { describeStack, exportedValues, physicalIds } from './stacks.ts';

const fixes: Readonly<Record<string, Fix>> = {
  'AWS::S3::Bucket': fixBucket,
  'AWS::DynamoDB::Table': fixTable,
  'AWS::DynamoDB::GlobalTable': fixTable,
};

/**
 * Applies what the emulator's CloudFormation drops without a word, as the synthesized template has it: see
 * `docs/local-cloud.md`. Repeatable, and a no-op where CloudFormation does its work.
 */
export async function applyFixups(settings: Settings, clients: Clients): Promise<string[]> {
  const exports = await exportedValues(clients.cloudFormation);
  const changes: string[] = [];
  for (const stack of readAssembly(paths(settings).assembly)) {
    if ((await describeStack(clients.cloudFormation, stack.name)) === undefined) continue;
    const ids = await physicalIds(clients.cloudFormation, stack.name);
    const known = stack.resources.flatMap(({ logicalId, type }) => {
      const physicalId = ids.get(logicalId);
      return physicalId === undefined ? [] : [[logicalId, { physicalId, type }] as const];
    });
    const deployed: Deployed = { ...settings, exports, resources: new Map(known) };
    for (const { logicalId, type, properties } of stack.resources) {
      const fix = fixes[type];
      const physicalId = ids.get(logicalId);
      if (fix === undefined || physicalId === undefined) continue;
      const relevant = z.record(z.string(), z.unknown()).parse(resolve(pick(properties), deployed));
      for (const change of await fix(clients, physicalId, relevant)) changes.push(`${physicalId}: ${change}`);
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

function pick(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => relevantProperties.has(name)));
}
