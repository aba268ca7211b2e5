import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { APIGatewayAuthorizerResult, APIGatewayProxyResult } from 'aws-lambda';
import { build } from 'esbuild';
import type { KillPlan } from './child.ts';

export type ChildResult =
  | { readonly killed: true }
  | { readonly killed: false; readonly response: Answer; readonly calls: readonly string[] };

type Answer = APIGatewayProxyResult & APIGatewayAuthorizerResult;

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Children {
  /** Runs the plan in a process of its own. */
  run(plan: KillPlan, environment: Readonly<Record<string, string>>): Promise<ChildResult>;
  /** Takes away what was built. */
  remove(): void;
}

/** There are well over a hundred children, and most of the time of each would go into loading its source files. */
export async function buildChildren(): Promise<Children> {
  mkdirSync(join(root, '.local'), { recursive: true });
  // Inside of the project, where the hash's library is found.
  const folder = mkdtempSync(join(root, '.local', 'children-'));
  await build({
    absWorkingDir: root,
    entryPoints: ['test/support/kill/child.ts'],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // The handlers and the child that counts their calls share one copy of the SDK.
    splitting: true,
    // Calls are told apart by the names of their classes.
    keepNames: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: ['@node-rs/argon2'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  return {
    run: (plan, environment) => runChild(join(folder, 'child.mjs'), plan, environment),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function runChild(child: string, plan: KillPlan, environment: Readonly<Record<string, string>>): Promise<ChildResult> {
  return new Promise((resolve, reject) => {
    const running = spawn(process.execPath, ['--no-warnings', child], {
      env: { PATH: process.env['PATH'] ?? '', ...environment },
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
