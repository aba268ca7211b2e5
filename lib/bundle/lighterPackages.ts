import { join } from 'node:path';
import type { LambdaDefinition } from '../../lambdas/manifest/definition.ts';

const light = 'lambdas/stores/light';

/** Of the SDK's credentials, what Lambda gives; the rest (SSO, STS, processes, containers) is 130 KB. */
const credentials = { '@aws-sdk/credential-provider-node': `${light}/credentials.ts` };

/** The SDK's clients are most of the time that a Lambda takes to load. */
const clients = {
  '@aws-sdk/client-dynamodb': `${light}/dynamodb.ts`,
  '@aws-sdk/lib-dynamodb': `${light}/dynamodb.ts`,
  '@aws-sdk/client-secrets-manager': `${light}/secretsManager.ts`,
  https: `${light}/https.ts`,
};

/** Whether somebody waits for the Lambda's answer, and so for its start. */
export function isWaitedFor({ trigger }: Pick<LambdaDefinition, 'trigger'>): boolean {
  return trigger.by === 'http' || trigger.by === 'authorizer';
}

/** What a bundle holds in the place of packages, as esbuild's `alias` takes it. Why: decision 034. */
export function lighterPackages(root: string, waitedFor: boolean): Record<string, string> {
  const all = Object.entries({ ...credentials, ...(waitedFor && clients) });
  return Object.fromEntries(all.map(([name, path]) => [name, join(root, path)]));
}
