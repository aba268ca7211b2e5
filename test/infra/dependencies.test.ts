import { describe, expect, it } from 'vitest';
import {
  type Context,
  type Deployed,
  deployed,
  devContext,
  localContext,
  prodContext,
  type Resource,
} from './deployments.ts';
import { namedWithoutWaiting, reached } from './namedInText.ts';

const contexts: readonly (readonly [string, Context])[] = [
  ['prod', prodContext],
  [
    'prod with an identity and a topic of its own',
    { ...prodContext, createMailIdentity: 'true', alarmEmail: 'a@b.example' },
  ],
  ['dev', devContext],
  ['local', localContext],
];

/** The ids of a type's resources, by the beginning of the id. */
const idsOf = (stack: Deployed, type: string, prefix = '') =>
  stack.all(type).flatMap(([id]) => (id.startsWith(prefix) ? [id] : []));

const { api } = deployed(prodContext);
const [association = ''] = idsOf(api, 'AWS::WAFv2::WebACLAssociation');
const [stage = ''] = idsOf(api, 'AWS::ApiGateway::Stage');

/**
 * CloudFormation knows a dependency by `Ref`, `Fn::GetAtt`, `Fn::Sub` and `DependsOn` alone
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html); whatever else
 * it makes in any order, and side by side.
 */
describe.each(contexts)('in %s', (_, context) => {
  const stacks = deployed(context);

  it('whatever names another resource in text waits for it', () => {
    expect(namedWithoutWaiting(stacks.api)).toEqual([]);
    expect(namedWithoutWaiting(stacks.data, stacks.api)).toEqual([]);
  });

  it('a mapping waits for what its Lambda may do', () => {
    const mappings = idsOf(stacks.api, 'AWS::Lambda::EventSourceMapping');
    expect(mappings).toHaveLength(2);
    for (const id of mappings) {
      const before = [...reached(stacks.api, id)].map((one) => stacks.api.resources[one]?.Type);
      expect(before).toContain('AWS::IAM::Policy');
    }
  });

  it('mails are sent when there is the configuration set that they name', () => {
    const [mailer = ''] = idsOf(stacks.api, 'AWS::Lambda::Function', 'Functionsmailer');
    const [set] = idsOf(stacks.api, 'AWS::SES::ConfigurationSet');
    expect([...reached(stacks.api, mailer)]).toContain(set);
  });
});

describe('in prod', () => {
  it('requests reach the Lambdas that the gateway may call', () => {
    const [deployment = ''] = idsOf(api, 'AWS::ApiGateway::Deployment');
    const permissions = api
      .all('AWS::Lambda::Permission')
      .filter(([, { Properties }]) => Properties['Principal'] === 'apigateway.amazonaws.com')
      .map(([id]) => id);
    expect(permissions.length).toBeGreaterThan(5);
    expect(permissions.filter((id) => !reached(api, deployment).has(id))).toEqual([]);
  });

  it('the web ACL is put before a stage that is there', () => {
    expect([...reached(api, association)]).toContain(stage);
  });

  it('the domain does not answer before the web ACL is in front of it', () => {
    const [mapping = ''] = idsOf(api, 'AWS::ApiGateway::BasePathMapping');
    expect([...reached(api, mapping)]).toContain(association);
  });

  it('a rotation is scheduled when Secrets Manager may call the Lambda', () => {
    const schedules = idsOf(api, 'AWS::SecretsManager::RotationSchedule');
    expect(schedules).toHaveLength(2);
    for (const id of schedules) {
      const before = [...reached(api, id)].map((one) => api.resources[one]);
      expect(before.map((one) => one?.Properties['Principal'])).toContain('secretsmanager.amazonaws.com');
    }
  });
});

/** The stack with one resource changed. */
const withChanged = (id: string, change: Partial<Resource>): Pick<Deployed, 'resources'> => {
  const resource = api.resources[id];
  if (!resource) throw new Error(id);
  return { resources: { ...api.resources, [id]: { ...resource, ...change } } };
};
const restApi = { Ref: idsOf(api, 'AWS::ApiGateway::RestApi')[0] };

describe('the walk finds', () => {
  it('a stage’s ARN that is put together by hand', () => {
    const byHand = { 'Fn::Join': ['', ['arn:aws:apigateway:eu-west-1::/restapis/', restApi, '/stages/v1']] };
    const changed = withChanged(association, { Properties: { ResourceArn: byHand } });
    expect(namedWithoutWaiting(changed)).toEqual([
      expect.stringContaining(`${association} ResourceArn names ${stage}`),
    ]);
    const ordered = withChanged(association, { Properties: { ResourceArn: byHand }, DependsOn: [stage] });
    expect(namedWithoutWaiting(ordered)).toEqual([]);
  });

  it.each([
    ['an URL', { 'Fn::Join': ['', ['https://', restApi, '.execute-api.eu-west-1.amazonaws.com/v1/health']] }],
    ['a substitution', { 'Fn::Sub': `arn:aws:execute-api:eu-west-1:1:\${${restApi.Ref}}/v1/GET/health` }],
  ])('a stage in %s', (_, Value) => {
    const changed = withChanged(association, { Properties: { Value } });
    expect(namedWithoutWaiting(changed)).toEqual([expect.stringContaining(`names ${stage}`)]);
  });

  it.each([
    ['function', 'AWS::Lambda::Function', 'FunctionName', 'arn:aws:lambda:eu-west-1:1:function:mine'],
    ['log group', 'AWS::Logs::LogGroup', 'LogGroupName', 'arn:aws:logs:eu-west-1:1:log-group:mine:*'],
    ['queue', 'AWS::SQS::Queue', 'QueueName', 'mine'],
  ])('a %s by its name', (_, type, property, Value) => {
    const [id = ''] = idsOf(api, type);
    const named = withChanged(id, { Properties: { [property]: 'mine' } });
    const naming = withChanged(association, { Properties: { Value } }).resources[association];
    const changed = { resources: { ...named.resources, ...(naming && { [association]: naming }) } };
    expect(namedWithoutWaiting(changed)).toEqual([expect.stringContaining(`${association} Value names ${id}`)]);
  });
});
