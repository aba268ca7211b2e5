import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { type DeploymentId, outputKey, stackNames } from '../../../lambdas/manifest/deployment.ts';
import { type Check, type Finding, unless } from './check.ts';
import type { ReadStack } from './stackChecks.ts';

export interface AlarmOptions {
  readonly alarmTopicArn?: string;
  readonly alarmEmail?: string;
}

interface Place {
  readonly id: DeploymentId;
  readonly region: () => Promise<string>;
  readonly read: ReadStack;
}

/** Whether anybody is told of an alarm, by what is given or by what is deployed. */
export function alarmChecks(
  { alarmTopicArn, alarmEmail }: AlarmOptions,
  { id, region, read }: Place,
  sns: Pick<SNSClient, 'send'> = new SNSClient({}),
): readonly Check[] {
  return [
    {
      name: 'alarms',
      remedy: 'allow cloudformation:DescribeStacks and sns:GetTopicAttributes',
      async look() {
        if (alarmTopicArn && alarmEmail) {
          return { state: 'failed', found: 'a topic and an address', remedy: 'give one of them' };
        }
        if (alarmTopicArn) return judgeTopic(alarmTopicArn, await region(), sns);
        if (alarmEmail) return { state: 'ok', found: `${alarmEmail}, once its reader has consented to SNS's mail` };
        const deployed = (await read(stackNames(id).api))?.outputs.get(outputKey('alarmTopic'));
        if (deployed) return { state: 'ok', found: deployed };
        const found = 'nobody is told of an alarm';
        return id.stage === 'prod'
          ? { state: 'warning', found, remedy: 'deploy with -c alarmEmail=… or -c alarmTopicArn=…' }
          : { state: 'skipped', found };
      },
    },
  ];
}

async function judgeTopic(arn: string, region: string, sns: Pick<SNSClient, 'send'>): Promise<Finding> {
  const [, , service, of] = arn.split(':');
  if (service !== 'sns')
    return { state: 'failed', found: `${arn} is no topic`, remedy: 'give the ARN of an SNS topic' };
  if (of !== region) {
    return {
      state: 'failed',
      found: `the topic is of ${of}, and the alarms are of ${region}`,
      remedy: `name one of ${region}, or set AWS_REGION=${of}`,
    };
  }
  const topic = await sns.send(new GetTopicAttributesCommand({ TopicArn: arn })).catch(unless('NotFoundException'));
  if (topic) return { state: 'ok', found: arn };
  return { state: 'failed', found: `there is no topic ${arn}`, remedy: 'make it, or name one that there is' };
}
