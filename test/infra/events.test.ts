import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lambdaNames } from '../../lambdas/contract/lambdas.ts';
import { lambdas } from '../../lambdas/manifest/lambdas.ts';
import { deployed, prodContext, statements } from './deployments.ts';

const { api, data } = deployed(prodContext);

describe.each([
  ['AuditStream', 'auditWriter', 'AuditOutbox'],
  ['MailStream', 'mailer', 'MailOutbox'],
] as const)('%s', (stream, consumer, table) => {
  const mapping = api.one('AWS::Lambda::EventSourceMapping', stream);

  it('hands new items to its Lambda, which says which of them failed', () => {
    expect(mapping.Properties).toMatchObject({
      FunctionName: { 'Fn::GetAtt': [expect.stringMatching(`^Functions${consumer}Function`), 'Arn'] },
      EventSourceArn: { 'Fn::ImportValue': expect.stringContaining(`Tables${table}`) },
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      StartingPosition: 'TRIM_HORIZON',
    });
  });

  it('a record that keeps failing is set aside', () => {
    expect(mapping.Properties).toMatchObject({
      BisectBatchOnFunctionError: true,
      ...(consumer === 'mailer'
        ? { MaximumRetryAttempts: 3, MaximumRecordAgeInSeconds: 3600 }
        : { MaximumRetryAttempts: 5, MaximumRecordAgeInSeconds: 3600 }),
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringMatching(`^${stream}Failures`), 'Arn'] } },
      },
    });
    expect(api.one('AWS::SQS::Queue', stream).Properties).toMatchObject({ SqsManagedSseEnabled: true });
  });

  it('its Lambda reads this stream and no other', () => {
    const grants = statements(api.one('AWS::IAM::Policy', `Functions${consumer}RoleDefaultPolicy`));
    const streams = grants
      .filter(({ Action }) => Action.includes('dynamodb:GetRecords'))
      .flatMap(({ Resource }) => Resource);
    expect(streams).toEqual([{ 'Fn::ImportValue': expect.stringMatching(`Tables${table}.*StreamArn`) }]);
  });
});

it.each([
  ['AuditSweep', 'auditSweeper'],
  ['MailSweep', 'mailSweeper'],
])('F33 %s runs every minute', (rule, sweeper) => {
  expect(api.one('AWS::Events::Rule', rule).Properties).toMatchObject({
    ScheduleExpression: 'rate(1 minute)',
    State: 'ENABLED',
    Targets: [{ Arn: { 'Fn::GetAtt': [expect.stringMatching(`^Functions${sweeper}Function`), 'Arn'] } }],
  });
});

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html: else it tries twice more. */
it.each(lambdaNames.filter((name) => lambdas[name].trigger.by === 'schedule'))(
  '%s is not repeated beside its next run',
  (name) => {
    const config = api.one('AWS::Lambda::EventInvokeConfig', `Functions${name}`).Properties;
    expect(config).toMatchObject({ MaximumRetryAttempts: 0, Qualifier: '$LATEST' });
  },
);

it('a report of SES that is not handled ends up in a queue', () => {
  const queue = { 'Fn::GetAtt': [expect.stringMatching('^MailEventsFailures'), 'Arn'] };
  expect(api.one('AWS::Events::Rule', 'MailEvents').Properties).toMatchObject({
    Targets: [{ DeadLetterConfig: { Arn: queue } }],
  });
  expect(api.one('AWS::Lambda::EventInvokeConfig', 'FunctionsmailEvents').Properties).toMatchObject({
    DestinationConfig: { OnFailure: { Destination: queue } },
    MaximumRetryAttempts: 2,
  });
  const grants = statements(api.one('AWS::IAM::Policy', 'FunctionsmailEventsRoleDefaultPolicy'));
  expect(grants.find(({ Action }) => Action.includes('sqs:SendMessage'))?.Resource).toEqual([queue]);
});

it('each queue of failures has an alarm for as long as anything lies in it', () => {
  const queues = api.all('AWS::SQS::Queue').map(([id]) => id);
  expect(queues).toHaveLength(3);
  const alarms = api.all('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
  for (const id of queues) {
    expect(alarms).toContainEqual(
      expect.objectContaining({
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }],
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 0,
        AlarmDescription: expect.stringContaining('"Failure queues" in docs/operations.md'),
      }),
    );
  }
  expect(readFileSync('docs/operations.md', 'utf8')).toContain('## Failure queues');
});

it('what SES says of this deployment’s own mails reaches its Lambda', () => {
  const name = 'gatehouse-prod';
  expect(api.one('AWS::SES::ConfigurationSet').Properties).toMatchObject({ Name: name });
  expect(api.one('AWS::SES::ConfigurationSetEventDestination').Properties).toMatchObject({
    ConfigurationSetName: { Ref: expect.stringMatching('^MailEventsConfigurationSet') },
    EventDestination: {
      Enabled: true,
      MatchingEventTypes: ['bounce', 'complaint'],
      EventBridgeDestination: { EventBusArn: expect.anything() },
    },
  });
  expect(JSON.stringify(api.one('AWS::SES::ConfigurationSetEventDestination').Properties)).toContain(
    ':event-bus/default',
  );
  expect(api.one('AWS::Events::Rule', 'MailEvents').Properties).toMatchObject({
    EventPattern: {
      source: ['aws.ses'],
      'detail-type': ['Email Bounced', 'Email Complaint Received'],
      detail: { mail: { tags: { 'ses:configuration-set': [name] } } },
    },
    State: 'ENABLED',
    Targets: [{ Arn: { 'Fn::GetAtt': [expect.stringMatching('^FunctionsmailEventsFunction'), 'Arn'] } }],
  });
  const { Environment } = api.one('AWS::Lambda::Function', 'FunctionsmailerFunction').Properties;
  expect(Environment).toMatchObject({ Variables: { MAIL_CONFIGURATION_SET: name } });
});

it('the stream of the mail outbox tells no address', () => {
  expect(data.one('AWS::DynamoDB::Table', 'TablesMailOutbox').Properties['StreamSpecification']).toEqual({
    StreamViewType: 'KEYS_ONLY',
  });
});

it('every log group is encrypted, for a limited time', () => {
  const groups = api.all('AWS::Logs::LogGroup');
  expect(groups).not.toEqual([]);
  for (const [, { Properties }] of groups) {
    expect(Properties).toMatchObject({
      RetentionInDays: 365,
      KmsKeyId: { 'Fn::GetAtt': [expect.stringMatching('^LogsKey'), 'Arn'] },
    });
  }
});

it('every Lambda writes to one of them', () => {
  for (const [id, { Properties }] of api.all('AWS::Lambda::Function')) {
    expect([id, Properties['LoggingConfig']]).toEqual([
      id,
      expect.objectContaining({ LogGroup: { Ref: expect.any(String) } }),
    ]);
  }
});

it('an alarm tells of mails that are withheld', () => {
  expect(api.one('AWS::CloudWatch::Alarm', 'AlarmsMailsWithheld').Properties).toMatchObject({
    Namespace: 'Gatehouse',
    MetricName: 'MailsWithheld',
    AlarmDescription: expect.stringContaining('"Mails withheld" in docs/operations.md'),
  });
});
