import { z } from 'zod';
import type { Deployed, Resource } from './deployments.ts';

/** The property that holds a resource's own name, where the template chooses it and ARNs or calls are made with it. */
const nameProperties: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::DomainName': 'DomainName',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::Route53::HostedZone': 'Name',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SES::ConfigurationSet': 'Name',
  'AWS::SES::EmailIdentity': 'EmailIdentity',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::WAFv2::WebACL': 'Name',
};

/** The name that a template has chosen for a resource, if it has. */
export function fixedName({ Type, Properties }: Resource): string | undefined {
  const name = Properties[nameProperties[Type] ?? ''];
  return typeof name === 'string' ? name : undefined;
}

/**
 * What is named in text alone, because nothing is called by it: what Lambdas write into tokens and metrics, and what an
 * API is called in the console. A certificate and a DNS record are for a host name, not for the gateway's domain.
 */
const identifiers: readonly RegExp[] = [
  /^AWS::Lambda::Function Environment\.Variables\.(ISSUER|AUDIENCE|GATEHOUSE_DEPLOYMENT)$/,
  /^AWS::ApiGateway::RestApi Name$/,
  /^AWS::CloudWatch::Alarm Dimensions\.Value$/,
  /^AWS::CertificateManager::Certificate (DomainName|DomainValidationOptions\.DomainName)$/,
  /^AWS::Route53::RecordSet Name$/,
];

interface Text {
  /** Where in the properties it stands. */
  readonly at: string;
  /** With `{Id}` for what a `Ref`, `GetAtt` or `Sub` puts in. */
  readonly text: string;
}

const joinSchema = z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });
const subSchema = z.strictObject({
  'Fn::Sub': z.union([z.string(), z.tuple([z.string(), z.record(z.string(), z.unknown())])]),
});
const refSchema = z.strictObject({ Ref: z.string() });
const getAttSchema = z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });

/** The text of one value; what is no reference and no text becomes `{}`. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = joinSchema.safeParse(value).data?.['Fn::Join'];
  if (join) return join[1].map(textOf).join(join[0]);
  const sub = subSchema.safeParse(value).data?.['Fn::Sub'];
  if (sub) return (typeof sub === 'string' ? sub : sub[0]).replaceAll(/\$\{!?([\w:.]+)\}/g, '{$1}');
  const id = refSchema.safeParse(value).data?.Ref ?? getAttSchema.safeParse(value).data?.['Fn::GetAtt'][0];
  return `{${id ?? ''}}`;
}

/** Every text in a value, with its place. */
function textsIn(value: unknown, at = ''): Text[] {
  if (typeof value === 'string') return [{ at, text: value }];
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item, at));
  if (typeof value !== 'object' || value === null) return [];
  if ('Fn::Sub' in value) return [{ at, text: textOf(value) }];
  const own = 'Fn::Join' in value ? [{ at, text: textOf(value) }] : [];
  const inner = Object.entries(value).flatMap(([name, member]) =>
    name === 'Ref' || name === 'Fn::GetAtt' || name === 'Fn::ImportValue'
      ? []
      : textsIn(member, name.startsWith('Fn::') ? at : `${at}${at && '.'}${name}`),
  );
  return [...own, ...inner];
}

/** Asked once for each resource: a walk over a stack comes by every one of them some hundred times. */
function once<T>(ask: (resource: Resource) => T): (resource: Resource) => T {
  const known = new WeakMap<Resource, T>();
  return (resource) => {
    const before = known.get(resource);
    if (before !== undefined) return before;
    const answer = ask(resource);
    known.set(resource, answer);
    return answer;
  };
}

/** The logical ids that a resource waits for. */
const waitsFor = once((resource): readonly string[] => {
  const references = (value: unknown): string[] => {
    if (Array.isArray(value)) return value.flatMap(references);
    if (typeof value !== 'object' || value === null) return [];
    const ref = refSchema.safeParse(value).data?.Ref;
    const att = getAttSchema.safeParse(value).data?.['Fn::GetAtt'][0];
    const sub = subSchema.safeParse(value).success
      ? [...textOf(value).matchAll(/\{(\w+)[\w.]*\}/g)].map(([, id = '']) => id)
      : [];
    return [...(ref ? [ref] : []), ...(att ? [att] : []), ...sub, ...Object.values(value).flatMap(references)];
  };
  return [...new Set([...resource.DependsOn, ...references(resource.Properties)])];
});

/** The texts of a resource that may name another one. */
const namingTexts = once((resource): readonly Text[] =>
  textsIn(resource.Properties).filter(({ at }) => !identifiers.some((one) => one.test(`${resource.Type} ${at}`))),
);

/** Everything that CloudFormation makes before a resource. */
export function reached(stack: Pick<Deployed, 'resources'>, id: string): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [id];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const resource = stack.resources[next];
    for (const one of resource ? waitsFor(resource) : []) {
      if (found.has(one) || !stack.resources[one]) continue;
      found.add(one);
      waiting.push(one);
    }
  }
  return found;
}

/** Whether a text names a resource: as a whole, in an ARN, or in an URL. */
function names(text: string, resource: Resource): boolean {
  if (resource.Type === 'AWS::ApiGateway::Stage') {
    const stage = String(resource.Properties['StageName']);
    const api = textOf(resource.Properties['RestApiId']);
    const [, rest] = text.split(api);
    return rest !== undefined && new RegExp(`^(/stages|\\.execute-api\\.[^/]*)?/${stage}(/|$)`).test(rest);
  }
  const name = fixedName(resource);
  if (name === undefined) return false;
  if (text === name || text.startsWith(`https://${name}`)) return true;
  return text.startsWith('arn:') && (text.endsWith(`:${name}`) || text.split(/[:/]/).includes(name));
}

type Stack = Pick<Deployed, 'resources'>;

/**
 * Resources that name another one in text, and do not wait for it: CloudFormation may make them first.
 *
 * @param later resources of a stack that is deployed after this one.
 */
export function namedWithoutWaiting(stack: Stack, later: Stack = { resources: {} }): string[] {
  const targets = [...Object.entries(stack.resources), ...Object.entries(later.resources)];
  return Object.entries(stack.resources).flatMap(([id, resource]) => {
    const before = reached(stack, id);
    const texts = namingTexts(resource);
    return targets
      .filter(([other]) => other !== id && !before.has(other))
      .flatMap(([other, target]) =>
        texts
          .filter(({ text }) => names(text, target))
          .map(({ at, text }) => `${id} ${at} names ${other} (${target.Type}): ${text}`),
      );
  });
}
