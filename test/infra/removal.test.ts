import { describe, expect, it } from 'vitest';
import { type Context, deployed, devContext, prodContext, synthesized } from './deployments.ts';
import { fixedName } from './namedInText.ts';

const contexts: readonly (readonly [string, Context])[] = [
  ['prod', prodContext],
  ['prod with an SES identity of its own', { ...prodContext, createMailIdentity: 'true' }],
  ['dev', devContext],
];

/** What attaches a policy, or a key's use, to a resource: the resource stays only half without it. */
const attached: Readonly<Record<string, string>> = {
  'AWS::S3::BucketPolicy': 'Bucket',
  'AWS::SQS::QueuePolicy': 'Queues',
  'AWS::SecretsManager::ResourcePolicy': 'SecretId',
  'AWS::KMS::Alias': 'TargetKeyId',
};

/**
 * `Retain` keeps a resource also when the deployment that makes it is rolled back, `RetainExceptOnCreate` does not
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html). A
 * resource of a fixed name that is left over is in the way of the next deployment: it already exists.
 */
describe.each(contexts)('F36 a deployment of %s that fails and is rolled back', (_, context) => {
  const { data, api } = deployed(context);
  const all = [data, api].flatMap((stack) => Object.entries(stack.resources));

  it('leaves nothing of a fixed name', () => {
    const left = all.filter(([, one]) => one.DeletionPolicy === 'Retain' && fixedName(one) !== undefined);
    expect(left.map(([id]) => id)).toEqual([]);
    const records = all.filter(([, { Type }]) => Type === 'AWS::Route53::RecordSet');
    expect(records.filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain')).toEqual([]);
  });

  it('leaves nothing but protected tables and the gateway’s log role', () => {
    const left = all.filter(([, one]) => one.DeletionPolicy === 'Retain');
    for (const [id, { Type, Properties }] of left) {
      if (Type === 'AWS::DynamoDB::Table') expect(Properties['DeletionProtectionEnabled']).toBe(true);
      else expect([id, Type]).toEqual([expect.stringMatching('^GatewayApi'), expect.stringMatching(/Account|Role/)]);
    }
  });
});

describe.each(contexts)('a teardown of %s', (_, context) => {
  const { data, api } = deployed(context);

  it('takes no policy from what stays', () => {
    for (const { resources } of [data, api]) {
      for (const { Type, Properties, DeletionPolicy } of Object.values(resources)) {
        const target = JSON.stringify(Properties[attached[Type] ?? '']) ?? '';
        const [, id = ''] = /"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/.exec(target) ?? [];
        if (resources[id])
          expect([Type, DeletionPolicy ?? 'Delete']).toEqual([Type, resources[id].DeletionPolicy ?? 'Delete']);
      }
    }
  });

  it('takes no DNS record from an SES identity that stays', () => {
    const policies = data.all('AWS::SES::EmailIdentity').map(([, { DeletionPolicy }]) => DeletionPolicy);
    const records = data.all('AWS::Route53::RecordSet').map(([, { DeletionPolicy }]) => DeletionPolicy);
    expect(new Set(records)).toEqual(new Set(policies));
    expect(policies).toEqual(policies.map(() => 'RetainExceptOnCreate'));
  });
});

it.each([
  ['prod', prodContext, true],
  ['dev', devContext, false],
])('CloudFormation deletes no stack of %s before somebody has said so twice: %s', (_, context, protects) => {
  const { assembly } = synthesized(context);
  expect(assembly.stacks.map(({ terminationProtection }) => terminationProtection)).toEqual([protects, protects]);
});
