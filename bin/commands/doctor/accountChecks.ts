import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Check, unless } from './check.ts';

/** What `cdk bootstrap` leaves, and the oldest version that this release's templates ask for. */
const bootstrapParameter = '/cdk-bootstrap/hnb659fds/version';
const bootstrapVersion = 6;
/** A new account has 10: one sign-in storm, and nothing else runs. */
const comfortableConcurrency = 100;

interface Clients {
  readonly sts: Pick<STSClient, 'send' | 'config'>;
  readonly ssm: Pick<SSMClient, 'send'>;
  readonly lambda: Pick<LambdaClient, 'send'>;
}

export function accountChecks(
  clients: Clients = { sts: new STSClient({}), ssm: new SSMClient({}), lambda: new LambdaClient({}) },
): readonly Check[] {
  return [
    {
      name: 'credentials',
      remedy: 'sign in (aws sso login), set AWS_PROFILE, and set AWS_REGION',
      async look() {
        const { Arn: arn } = await clients.sts.send(new GetCallerIdentityCommand({}));
        const region = await clients.sts.config.region();
        if (arn?.endsWith(':root')) {
          return {
            state: 'ok',
            found: `${arn} in ${region}`,
            remedy: 'better: a role of its own instead of the root user',
          };
        }
        return { state: 'ok', found: `${arn} in ${region}` };
      },
    },
    {
      name: 'CDK bootstrap',
      remedy: 'allow ssm:GetParameter, or run: npx cdk bootstrap aws://ACCOUNT/REGION',
      async look() {
        const answer = await clients.ssm
          .send(new GetParameterCommand({ Name: bootstrapParameter }))
          .catch(unless('ParameterNotFound'));
        const version = Number(answer?.Parameter?.Value ?? 0);
        if (version >= bootstrapVersion) return { state: 'ok', found: `version ${version}` };
        const found = version === 0 ? 'this account and region are not bootstrapped' : `version ${version} is too old`;
        return { state: 'failed', found, remedy: 'npx cdk bootstrap aws://ACCOUNT/REGION' };
      },
    },
    {
      name: 'Lambda quota',
      remedy: 'allow lambda:GetAccountSettings',
      async look() {
        const { AccountLimit: limit } = await clients.lambda.send(new GetAccountSettingsCommand({}));
        const concurrent = limit?.ConcurrentExecutions ?? 0;
        const found = `${concurrent} concurrent executions`;
        if (concurrent >= comfortableConcurrency) return { state: 'ok', found };
        return {
          state: 'failed',
          found,
          remedy: 'ask for 1,000 in Service Quotas (AWS Lambda, "Concurrent executions"); it is free',
        };
      },
    },
  ];
}
