import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { mapRecord } from '../../../lambdas/contract/records.ts';
import { outputKey, resourceOutputKey, stackNames } from '../../../lambdas/manifest/deployment.ts';
import { lambdas } from '../../../lambdas/manifest/lambdas.ts';
import { tables } from '../../../lambdas/manifest/tables.ts';
import { tlsFiles } from '../cloud/certificates.ts';
import type { Clients } from '../cloud/clients.ts';
import { paths, type Settings } from '../settings.ts';
import { UserError } from '../userError.ts';
import { readAssembly } from './assembly.ts';
import { describeStack, physicalIds } from './stacks.ts';

export const demoUserSchema = z.object({
  email: z.string(),
  password: z.string(),
  sub: z.string(),
  tenant_id: z.string(),
  roles: z.array(z.string()),
});
export type DemoUser = z.infer<typeof demoUserSchema>;

/** What any tool needs to talk to the running stack. */
export const stackFileSchema = z.object({
  api_url: z.url(),
  issuer: z.url(),
  endpoint_url: z.url(),
  region: z.string(),
  account_id: z.string(),
  ca_file: z.string(),
  mail_url: z.url(),
  audit_bucket: z.string(),
  revocation_bound_seconds: z.number(),
  tables: z.record(z.string(), z.string()),
  functions: z.record(z.string(), z.string()),
  demo: z.object({ users: z.array(demoUserSchema), clients: z.array(z.unknown()) }),
});
export type StackFile = z.infer<typeof stackFileSchema>;

/** @throws UserError when there is none, or it is damaged. */
export function readStackFile(file: string): StackFile {
  try {
    return stackFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new UserError(`There is no stack at ${file}`, 'Start one with: npm run up');
  }
}

export function writeStackFile(file: string, stack: StackFile): void {
  writeFileSync(file, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
}

/** The stack file of what is deployed, without demo users. */
export async function describeDeployment(settings: Settings, { cloudFormation }: Clients): Promise<StackFile> {
  const names = stackNames(settings);
  const stacks = await Promise.all([names.data, names.api].map((name) => describeStack(cloudFormation, name)));
  const outputs = new Map(stacks.flatMap((stack) => [...(stack?.outputs ?? [])]));
  return stackFileSchema.parse({
    api_url: settings.issuer,
    issuer: outputs.get(outputKey('issuer')),
    endpoint_url: settings.endpointUrl,
    region: settings.region,
    account_id: settings.accountId,
    ca_file: tlsFiles(paths(settings).tls).caFile,
    mail_url: `http://127.0.0.1:${settings.mailPort}/`,
    audit_bucket: outputs.get(outputKey('auditBucket')),
    revocation_bound_seconds: Number(outputs.get(outputKey('revocationBoundSeconds'))),
    tables: mapRecord(tables, (_, name) => outputs.get(resourceOutputKey('table', name))),
    functions: mapRecord(lambdas, (_, name) => outputs.get(resourceOutputKey('function', name))),
    demo: { users: [], clients: [] },
  });
}

/** Where the emulator serves the deployed stage. */
export async function stageUrl(settings: Settings, { cloudFormation }: Clients): Promise<string> {
  const { api } = stackNames(settings);
  const template = readAssembly(paths(settings).assembly);
  const ids = await physicalIds(cloudFormation, api);
  const resources = template.find(({ name }) => name === api)?.resources ?? [];
  const restApi = resources.find(({ type }) => type === 'AWS::ApiGateway::RestApi');
  const stage = resources.find(({ type }) => type === 'AWS::ApiGateway::Stage');
  const apiId = ids.get(restApi?.logicalId ?? '');
  const stageName = stage?.properties['StageName'];
  if (apiId === undefined || typeof stageName !== 'string')
    throw new Error(`the stack ${api} has no REST API with a stage`);
  return `${settings.endpointUrl.replace(/\/$/, '')}/_aws/execute-api/${apiId}/${stageName}`;
}
