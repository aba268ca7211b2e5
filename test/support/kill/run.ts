import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { APIGatewayAuthorizerResult, APIGatewayProxyResult } from 'aws-lambda';
import { build } from 'esbuild';
import type { KillPlan } from './child.ts';

export type ChildResult =
  | { readonly killed: true }
  | { readonly killed: false; readonly response: Answer; readonly calls: readonly string[] };

type Answer = APIGatewayProxyResult & APIGatewayAuthorizerResult;

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A process that stays, as a warm Lambda does, unless a plan kills it. It runs one plan at a time. */
export interface Child {
  run(plan: KillPlan): Promise<ChildResult>;
  stop(): Promise<void>;
}

export interface Children {
  start(environment: Readonly<Record<string, string>>): Child;
  /** Runs the plan in a process of its own. */
  run(plan: KillPlan, environment: Readonly<Record<string, string>>): Promise<ChildResult>;
  /** Takes away what was built. */
  remove(): void;
}

/** There are dozens of children, and most of the time of each would go into loading its source files. */
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
  const start = (environment: Readonly<Record<string, string>>) => startChild(join(folder, 'child.mjs'), environment);
  return {
    start,
    async run(plan, environment) {
      const child = start(environment);
      const result = await child.run(plan);
      await child.stop();
      return result;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function startChild(child: string, environment: Readonly<Record<string, string>>): Child {
  const running = spawn(process.execPath, ['--no-warnings', child], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const results: string[] = [];
  let errors = '';
  let told = () => {};
  createInterface({ input: running.stdout }).on('line', (line) => {
    // Whatever else a handler prints is no answer.
    if (!line.startsWith('{"response":')) return;
    results.push(line);
    told();
  });
  running.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  running.stdin.on('error', () => {});
  const ended = new Promise<NodeJS.Signals | number | null>((resolve, reject) => {
    running.on('error', reject);
    running.on('close', (code, signal) => resolve(signal ?? code));
  });
  return {
    async run(plan) {
      const answered = new Promise<void>((resolve) => {
        told = resolve;
      });
      running.stdin.write(`${JSON.stringify(plan)}\n`);
      const end = await Promise.race([answered, ended]);
      const result = results.shift();
      if (result !== undefined) return { killed: false, ...JSON.parse(result) };
      if (end === 'SIGKILL') return { killed: true };
      throw new Error(`child ended with ${end}: ${errors}`);
    },
    async stop() {
      running.stdin.end();
      await ended;
    },
  };
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
