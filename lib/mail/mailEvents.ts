import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { CfnConfigurationSet, CfnConfigurationSetEventDestination } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { GatehouseFunction } from '../functions/gatehouseFunction.ts';

export interface MailEventsProps {
  /** The name of the configuration set that mails are sent with. */
  readonly configurationSet: string;
  readonly consumer: GatehouseFunction;
}

/**
 * Hands the bounces and complaints of this deployment's own mails to a Lambda, through the account's event bus. A lost
 * event does no harm: the next mail to the same address bounces again.
 */
export class MailEvents extends Construct {
  constructor(scope: Construct, id: string, { configurationSet: name, consumer }: MailEventsProps) {
    super(scope, id);
    const set = new CfnConfigurationSet(this, 'ConfigurationSet', { name });
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
    new Rule(this, 'Rule', {
      description: 'Gatehouse: bounces and complaints of its mails',
      eventPattern: {
        source: ['aws.ses'],
        detailType: ['Email Bounced', 'Email Complaint Received'],
        detail: { mail: { tags: { 'ses:configuration-set': [name] } } },
      },
      targets: [new LambdaFunction(consumer.lambda)],
    });
  }
}
