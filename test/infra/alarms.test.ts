import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lambdaNames } from '../../lambdas/contract/lambdas.ts';
import { metricNamespace, metrics } from '../../lambdas/contract/metrics.ts';
import {
  type Context,
  deployed,
  devContext,
  prodContext,
  type Stacks,
  statements,
  synthesized,
} from './deployments.ts';

const alarmsOf = (context: typeof prodContext | typeof devContext) =>
  deployed(context)
    .api.all('AWS::CloudWatch::Alarm')
    .map(([, { Properties }]) => Properties)
    .filter(({ Namespace }) => Namespace === metricNamespace);

const dimensionsSchema = z.array(z.object({ Name: z.string(), Value: z.string() }));

function environmentOf(context: Context, service = ''): unknown {
  const { Environment } = deployed(context).api.one('AWS::Lambda::Function', `Functions${service}Function`).Properties;
  return z.object({ Variables: z.unknown() }).parse(Environment).Variables;
}

it.each([devContext, prodContext])(
  'each alarm of $stage watches a metric of the contract and says what to do',
  (of) => {
    const found = alarmsOf(of);
    expect(found.map(({ MetricName }) => MetricName).toSorted()).toEqual(Object.keys(metrics.alarmed).toSorted());
    for (const { Dimensions, AlarmDescription, ...alarm } of found) {
      // What every Lambda puts into such a metric: an alarm with another value would never go off.
      const [{ Name, Value } = { Name: '', Value: '' }, ...others] = dimensionsSchema.parse(Dimensions);
      expect([Name, others]).toEqual(['deployment', []]);
      for (const name of lambdaNames) expect(environmentOf(of, name)).toHaveProperty('GATEHOUSE_DEPLOYMENT', Value);
      expect(alarm).toMatchObject({
        Statistic: 'Sum',
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      });
      expect(String(AlarmDescription).length).toBeGreaterThan(100);
    }
  },
);

describe('every alarm tells', () => {
  const topicArn = 'arn:aws:sns:eu-west-1:111122223333:alarms';
  const all = ({ api, data }: Stacks) =>
    [api, data].flatMap((stack) =>
      ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) => stack.all(type)),
    );
  const actionsOf = (stacks: Stacks) => all(stacks).map(([id, { Properties }]) => [id, Properties['AlarmActions']]);

  it.each([prodContext, devContext])('the topic that is named, and none is made ($stage)', (of) => {
    const stacks = deployed({ ...of, alarmTopicArn: topicArn });
    expect(all(stacks).length).toBeGreaterThanOrEqual(5);
    for (const [id, actions] of actionsOf(stacks)) expect([id, actions]).toEqual([id, [topicArn]]);
    expect(stacks.api.all('AWS::SNS::Topic')).toEqual([]);
    expect(stacks.api.outputs['AlarmTopic']?.Value).toBe(topicArn);
  });

  it('nobody, where nobody is named', () => {
    const stacks = deployed(prodContext);
    for (const [id, actions] of actionsOf(stacks)) expect([id, actions]).toEqual([id, undefined]);
    expect(stacks.api.outputs).not.toHaveProperty('AlarmTopic');
  });

  it.each([
    ['prod, where nobody is named', prodContext, 1],
    ['prod, where a topic is named', { ...prodContext, alarmTopicArn: topicArn }, 0],
    ['dev', devContext, 0],
  ])('or synthesis warns in one line what to do, and goes on (%s)', (_, context, warnings) => {
    const { api } = synthesized(context);
    const found = Annotations.fromStack(api).findWarning(
      '*',
      Match.stringLikeRegexp('^Nobody is told.*-c alarmEmail=.*$'),
    );
    expect(found).toHaveLength(warnings);
  });

  describe('the address that is named, by a topic', () => {
    const stacks = deployed({ ...prodContext, alarmEmail: 'ops@example.com' });
    const [[topic = ''] = []] = stacks.api.all('AWS::SNS::Topic');

    it('without a finding that is not acknowledged', () => {
      expect(() => synthesized({ ...prodContext, alarmEmail: 'ops@example.com' })).not.toThrow();
    });

    it('of its own', () => {
      for (const [id, actions] of actionsOf(stacks)) expect([id, actions]).toEqual([id, [{ Ref: topic }]]);
      expect(stacks.api.one('AWS::SNS::Subscription').Properties).toEqual({
        Protocol: 'email',
        Endpoint: 'ops@example.com',
        TopicArn: { Ref: topic },
      });
    });

    /** https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html */
    it('to which CloudWatch publishes for alarms of this account, and nobody else', () => {
      const policy = statements(stacks.api.one('AWS::SNS::TopicPolicy'));
      const allowed = policy.filter(({ Effect }) => Effect === 'Allow');
      expect(allowed).toMatchObject([
        {
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: ['sns:Publish'],
          Resource: [{ Ref: topic }],
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ]);
      expect(JSON.stringify(allowed[0]?.Condition?.['ArnLike']?.['aws:SourceArn'])).toMatch(/:cloudwatch:.+:alarm:\*"/);
      expect(policy.find(({ Effect }) => Effect === 'Deny')?.Condition).toEqual({
        Bool: { 'aws:SecureTransport': 'false' },
      });
    });

    /** https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns: not under the key that AWS manages. */
    it('whose key CloudWatch may use', () => {
      const key = z
        .object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) })
        .parse(stacks.api.resources[topic]?.Properties['KmsMasterKeyId'])['Fn::GetAtt'][0];
      const uses = statements(stacks.api.one('AWS::KMS::Key', key));
      expect(
        uses.filter(({ Principal }) => JSON.stringify(Principal).includes('cloudwatch.amazonaws.com')),
      ).toMatchObject([{ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] }]);
    });
  });
});
