import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { CfnConfigurationSet, CfnConfigurationSetEventDestination } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { FailureQueue } from '../functions/failureQueue.ts';
import type { GatehouseFunction } from '../functions/gatehouseFunction.ts';

export interface MailEventsProps {
  /** The name of the configuration set that mails are sent with. */
  readonly configurationSet: string;
  readonly consumer: GatehouseFunction;
}

/**
 * Hands the bounces and complaints of this deployment's own mails to a Lambda, through the account's event bus. What
 * cannot be delivered, and what the Lambda fails at three times, ends up in a queue: mailing on to addresses that
 * complained costs the account its right to send.
 */
export class MailEvents extends Construct {
  readonly configurationSet: CfnConfigurationSet;

  constructor(scope: Construct, id: string, { configurationSet: name, consumer }: MailEventsProps) {
    super(scope, id);
    const set = new CfnConfigurationSet(this, 'ConfigurationSet', { name });
    this.configurationSet = set;
    new CfnConfigurationSetEventDestination(this, 'Destination', {
      configurationSetName: set.ref,
      eventDestination: {
        name: 'events',
        enabled: true,
        matchingEventTypes: ['bounce', 'complaint'],
        // SES delivers to the default bus of the account and region, and to no other.
        eventBridgeDestination: {
          eventBusArn: Stack.of(this).formatArn({
            service: 'events',
            resource: 'event-bus',
            resourceName: 'default',
            arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
          }),
        },
      },
    });
    const queue = new FailureQueue(this, 'Failures', {
      holds: 'bounces and complaints that are not on the list of suppressed addresses',
    });
    // EventBridge hands an event over once Lambda has queued it; what follows is Lambda's own.
    consumer.lambda.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: new SqsDestination(queue),
    });
    const rule = new Rule(this, 'Rule', {
      description: 'Gatehouse: bounces and complaints of its mails',
      eventPattern: {
        source: ['aws.ses'],
        detailType: ['Email Bounced', 'Email Complaint Received'],
        detail: { mail: { tags: { 'ses:configuration-set': [name] } } },
      },
      targets: [new LambdaFunction(consumer.lambda, { deadLetterQueue: queue })],
    });
    // Its pattern names the set.
    rule.node.addDependency(set);
  }
}
