import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { z } from 'zod';
import type { Operator } from '../../../lambdas/core/audit/operator.ts';
import { CliError } from './cliError.ts';
import { refuseClockSkew } from './clockSkew.ts';

const answerSchema = z.object({ headers: z.object({ date: z.string() }) });

/**
 * Who the credentials belong to: the actor of every event this tool causes. To be called before any change.
 *
 * @throws CliError also when this computer's clock is not AWS's.
 */
export async function callerIdentity(client = new STSClient({})): Promise<Operator> {
  let serverDate: string | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      serverDate = answerSchema.safeParse(result.response).data?.headers.date;
      return result;
    },
    { step: 'deserialize' },
  );
  const sentAtMs = Date.now();
  const { Arn: arn } = await client.send(new GetCallerIdentityCommand({}));
  refuseClockSkew(serverDate, { sentAtMs, receivedAtMs: Date.now() });
  if (arn === undefined) throw new CliError('AWS does not say whose credentials these are');
  return { type: 'operator', id: arn };
}
