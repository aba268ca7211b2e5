import { ArnFormat, Stack } from 'aws-cdk-lib';
import { AlarmBase } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { customerKey } from '../data/customerKey.ts';
import type { Settings } from '../settings.ts';

/**
 * Lets every alarm of a stack, once all of them are made, tell a topic: the operator's, or one that mails to an
 * address. Returns the topic, or undefined where nobody is to be told.
 */
export function tellOfAlarms(
  stack: Stack,
  { alarmTopicArn, alarmEmail }: Pick<Settings, 'alarmTopicArn' | 'alarmEmail'>,
): ITopic | undefined {
  const topic = alarmTopicArn
    ? Topic.fromTopicArn(stack, 'ToldOfAlarms', alarmTopicArn)
    : alarmEmail && mailTopic(stack, alarmEmail);
  if (!topic) return undefined;
  for (const node of stack.node.findAll()) {
    if (node instanceof AlarmBase) node.addAlarmAction(new SnsAction(topic));
  }
  return topic;
}

/**
 * A topic that mails what CloudWatch tells it, and takes nothing from anybody else. It has a key of the customer's: the
 * one that AWS manages for SNS lets no alarm use it
 * (https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns).
 */
function mailTopic(scope: Construct, email: string): Topic {
  const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com');
  const key = customerKey(scope, 'ToldOfAlarmsKey', { description: 'Gatehouse: alarms', retain: false });
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [cloudWatch],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
    }),
  );
  const topic = new Topic(scope, 'ToldOfAlarms', { masterKey: key, enforceSSL: true });
  const { account } = Stack.of(scope);
  // https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
  const alarms = Stack.of(scope).formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [cloudWatch],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { ArnLike: { 'aws:SourceArn': alarms }, StringEquals: { 'aws:SourceAccount': account } },
    }),
  );
  topic.addSubscription(new EmailSubscription(email));
  return topic;
}
