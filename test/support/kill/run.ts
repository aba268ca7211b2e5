import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { APIGatewayAuthorizerResult, APIGatewayProxyResult } from 'aws-lambda';
import type { KillPlan } from './child.ts';

export type ChildResult =
  | { readonly killed: true }
  | { readonly killed: false; readonly response: Answer; readonly calls: readonly string[] };

type Answer = APIGatewayProxyResult & APIGatewayAuthorizerResult;

const child = fileURLToPath(new URL('./child.ts', import.meta.url));
/** There are well over a hundred children, and most of the time of each would go into compiling its imports. */
const compileCache = fileURLToPath(new URL('../../../.local/compile-cache', import.meta.url));

/** Runs the plan in a process of its own. */
export function runChild(plan: KillPlan, environment: Readonly<Record<string, string>>): Promise<ChildResult> {
  return new Promise((resolve, reject) => {
    const running = spawn(process.execPath, ['--no-warnings', child], {
      env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: compileCache, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    running.stdout.on('data', (chunk) => {
      output += chunk;
    });
    running.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    running.on('error', reject);
    running.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve({ killed: true });
      else if (code === 0) resolve({ killed: false, ...JSON.parse(output.trim().split('\n').at(-1) ?? '') });
      else reject(new Error(`child ended with ${code}: ${errors}`));
    });
    running.stdin.end(JSON.stringify(plan));
  });
}

/** Every point at which a handler that makes these calls can die. */
export function killPoints(calls: readonly string[]): { readonly name: string; readonly at: KillPlan['at'] }[] {
  return [
    ...calls.flatMap((name, index) =>
      (['before', 'after'] as const).map((when) => ({
        name: `${when} call ${index + 1} (${name})`,
        at: { call: index + 1, when },
      })),
    ),
    { name: 'between response and client', at: 'response' as const },
  ];
}
