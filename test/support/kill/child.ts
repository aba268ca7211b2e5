import { createInterface } from 'node:readline';
import { Client } from '@smithy/core/client';

/**
 * Runs real handlers on events, and dies by SIGKILL where it is told to: before or after its nth SDK call, or when the
 * answer is ready and has not been sent. Standard input: a `KillPlan` a line. Standard output: a line with each
 * answer and the calls made.
 */
export interface KillPlan {
  readonly handler: string;
  readonly event: unknown;
  /** How often the event is handled, one after the other; once unless said otherwise. */
  readonly times?: number;
  readonly at: { readonly call: number; readonly when: 'before' | 'after' } | 'response' | 'never';
}

let at: KillPlan['at'] = 'never';
let calls: string[] = [];
const send: unknown = Client.prototype.send;
if (typeof send !== 'function') throw new Error('the SDK has no Client.send');

function dieIf(call: number, when: 'before' | 'after'): void {
  if (typeof at === 'object' && at.call === call && at.when === when) process.kill(process.pid, 'SIGKILL');
}

Object.assign(Client.prototype, {
  async send(this: unknown, ...args: unknown[]) {
    const call = calls.push((args[0] as object).constructor.name);
    dieIf(call, 'before');
    try {
      return await Reflect.apply(send, this, args);
    } finally {
      dieIf(call, 'after');
    }
  },
});

for await (const line of createInterface({ input: process.stdin })) {
  const plan: KillPlan = JSON.parse(line);
  at = plan.at;
  calls = [];
  const { handler } = await import(`../../../lambdas/handlers/${plan.handler}.ts`);
  let response = await handler(plan.event, {});
  for (let time = 1; time < (plan.times ?? 1); time++) response = await handler(plan.event, {});
  if (plan.at === 'response') process.kill(process.pid, 'SIGKILL');
  process.stdout.write(`${JSON.stringify({ response, calls })}\n`);
}
