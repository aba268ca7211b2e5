import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { vi } from 'vitest';
import { z } from 'zod';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { addGatehouse } from '../../lib/gatehouse.ts';
import { type ContextName, readSettings } from '../../lib/settings.ts';

export type Context = Partial<Record<ContextName, string | undefined>>;

export const prodContext = {
  stage: 'prod',
  domainName: 'auth.example.com',
  hostedZoneId: 'Z0123456789',
  hostedZoneName: 'example.com',
  mailFrom: 'no-reply@example.com',
  auditRetentionDays: '365',
} as const satisfies Context;

export const devContext = { stage: 'dev', mailFrom: 'no-reply@example.com' } as const satisfies Context;

export const localContext = {} as const satisfies Context;

/** The app as `cdk synth` would build it, around code that is never bundled. */
export function build(context: Context) {
  const app = new App({ context: cdkJson.context });
  const settings = readSettings((name) => context[name]);
  return { app, ...addGatehouse(app, { settings, code: () => Code.fromInline('// stand-in'), version: '1.2.3' }) };
}

/** What synthesis prints, beside what it throws, is not what these tests are about. */
export function quietly<T>(action: () => T): T {
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  try {
    return action();
  } finally {
    error.mockRestore();
  }
}

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.array(z.string()).default([]),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});
const templateSchema = z.object({
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown(), Export: z.unknown().optional() })).default({}),
});

export type Resource = z.infer<typeof resourceSchema>;

/** A synthesized template. */
export class Deployed {
  readonly resources: Readonly<Record<string, Resource>>;
  readonly outputs: Readonly<Record<string, { readonly Value?: unknown; readonly Export?: unknown }>>;

  constructor(template: Template) {
    const { Resources, Outputs } = templateSchema.parse(template.toJSON());
    this.resources = Resources;
    this.outputs = Outputs;
  }

  /** Every resource of a type, by logical id. */
  all(type: string): [string, Resource][] {
    return Object.entries(this.resources).filter(([, resource]) => resource.Type === type);
  }

  /** The one resource of a type whose logical id begins so. */
  one(type: string, prefix = ''): Resource {
    const found = this.all(type).filter(([id]) => id.startsWith(prefix));
    const [first] = found;
    if (found.length !== 1 || !first) throw new Error(`${found.length} of ${type} ${prefix}`);
    return first[1];
  }
}

export interface Stacks {
  readonly data: Deployed;
  readonly api: Deployed;
}

/** What is made of each context once, for all test files: whoever changes an app builds one of their own. */
function oncePerContext<T>(make: (context: Context) => T): (context: Context) => T {
  const made = new Map<string, T>();
  return (context) => {
    const key = JSON.stringify(context);
    const known = made.get(key) ?? make(context);
    made.set(key, known);
    return known;
  };
}

/** The app, synthesized. @throws what synthesis throws, each time */
export const synthesized = oncePerContext((context) =>
  quietly(() => {
    const built = build(context);
    return { ...built, assembly: built.app.synth() };
  }),
);

/** The templates of a deployment. */
export const deployed = oncePerContext((context): Stacks => {
  const { data, api } = synthesized(context);
  return { data: new Deployed(Template.fromStack(data)), api: new Deployed(Template.fromStack(api)) };
});

const statementSchema = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: z.union([z.string().transform((action) => [action]), z.array(z.string())]),
  Resource: z.unknown().transform((resource) => (Array.isArray(resource) ? resource : [resource])),
  Principal: z.unknown().optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
export type Statement = z.infer<typeof statementSchema>;

/** The statements of an inline policy, a bucket policy or a key policy. */
export function statements({ Properties }: Resource): Statement[] {
  const document = Properties['PolicyDocument'] ?? Properties['KeyPolicy'];
  return z.object({ Statement: z.array(statementSchema) }).parse(document).Statement;
}
