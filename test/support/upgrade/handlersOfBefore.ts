import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { LambdaName } from '../../../lambdas/contract/lambdas.ts';
import { runCommand } from '../../../scripts/local/cloud/commands.ts';
import { deployedEnvironment } from '../stack/deployedHandler.ts';
import { stack } from '../stack/stack.ts';
import { folderOfBefore } from './releases.ts';

/** Calls the handler of a bundle once an event, and writes down what each call came to. */
const script = `
import { writeFileSync } from 'node:fs';
const [bundle, into] = process.argv.slice(1);
const events = JSON.parse(await new Response(process.stdin).text());
const { handler } = await import(bundle);
const outcomes = [];
for (const event of events) {
  outcomes.push(await handler(event).then((result) => ({ result }), (error) => ({ error: String(error) })));
}
writeFileSync(into, JSON.stringify(outcomes));
process.exit(0);
`;

const outcomesSchema = z.array(z.object({ result: z.unknown(), error: z.string().optional() }));
export type Outcome = z.infer<typeof outcomesSchema>[number];

/**
 * A Lambda of the release before, run here on the tables that the working tree writes. To be made while that release is
 * deployed, whose environment it keeps.
 */
async function handlerOfBefore(name: LambdaName): Promise<(events: readonly unknown[]) => Promise<readonly Outcome[]>> {
  const environment = await deployedEnvironment(name);
  return async (events) => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-handler-'));
    const into = join(folder, 'outcomes.json');
    const bundle = join(folderOfBefore(), '.local/bundle/local', name, 'index.mjs');
    const { code, output } = await runCommand(
      process.execPath,
      ['--input-type=module', '--eval', script, '--', bundle, into],
      {
        env: { ...process.env, ...environment, AWS_ENDPOINT_URL: stack().endpoint_url },
        input: JSON.stringify(events),
      },
    );
    if (code !== 0) throw new Error(`${name} of the release before does not run: ${output}`);
    const outcomes = outcomesSchema.parse(JSON.parse(readFileSync(into, 'utf8')));
    rmSync(folder, { recursive: true });
    return outcomes;
  };
}

const policySchema = z.object({ policyDocument: z.object({ Statement: z.tuple([z.object({ Effect: z.string() })]) }) });

/** What the authorizer of the release before decides on each token: `Allow`, `Deny`, or why it failed. */
export async function authorizerOfBefore(): Promise<(tokens: readonly string[]) => Promise<readonly string[]>> {
  const handle = await handlerOfBefore('authorizer');
  return async (tokens) => {
    const outcomes = await handle(tokens.map((token) => authorizerEvent(`Bearer ${token}`)));
    return outcomes.map(({ result, error }) => error ?? policySchema.parse(result).policyDocument.Statement[0].Effect);
  };
}

function authorizerEvent(authorization: string) {
  return {
    type: 'REQUEST',
    methodArn: 'arn',
    httpMethod: 'GET',
    path: '/auth/me',
    resource: '/auth/me',
    headers: { authorization },
    multiValueHeaders: { authorization: [authorization] },
    pathParameters: {},
    queryStringParameters: {},
    multiValueQueryStringParameters: {},
    stageVariables: null,
    requestContext: { identity: { sourceIp: '192.0.2.1' }, requestId: 'request-1' },
  };
}

/** Hands events of the outbox, by their keys, to the audit writer of the release before. */
export async function auditWriterOfBefore(): Promise<(keys: readonly string[]) => Promise<Outcome>> {
  const handle = await handlerOfBefore('auditWriter');
  return async (keys) => {
    const records = keys.map((key, index) => ({
      eventName: 'INSERT',
      dynamodb: { Keys: { event_id: { S: key } }, SequenceNumber: `${index + 1}` },
    }));
    const [outcome] = await handle([{ Records: records }]);
    if (!outcome) throw new Error('unreachable: one event, one outcome');
    return outcome;
  };
}
