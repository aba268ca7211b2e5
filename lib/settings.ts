import { z } from 'zod';
import { limitChangesSchema, limitsSchema } from '../lambdas/contract/limits.ts';
import { lowestPasswordMinimum } from '../lambdas/contract/passwords.ts';
import { defaultPrefix } from '../lambdas/manifest/deployment.ts';
import { type StageName, type StageValues, stageNames, stages } from './stages.ts';

/** Where clients find the API, which is also the issuer of its tokens. */
export type Address =
  | { readonly kind: 'domain'; readonly domainName: string; readonly zone?: Zone; readonly certificateArn?: string }
  /** Something in front of the API answers there: the local front. */
  | { readonly kind: 'front'; readonly issuer: string }
  /** The API's own address: no custom domain. */
  | { readonly kind: 'gateway' };

export interface Zone {
  readonly id: string;
  readonly name: string;
}

export interface Settings extends StageValues {
  readonly stage: StageName;
  readonly prefix: string;
  readonly address: Address;
  readonly auditRetentionDays: number;
  readonly mailFrom: string;
  /** The SES identity that sends: a domain, or an address. */
  readonly mailIdentity: string;
}

/** The name of the deployment's SES configuration set, which its mails are sent with. */
export function mailConfigurationSet({ prefix, stage }: Pick<Settings, 'prefix' | 'stage'>): string {
  return `${prefix}-${stage}`;
}

/** A deployment that cannot be synthesized as asked. The message is one line and says what to do. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const hostName = z
  .string()
  .regex(/^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'is no host name');
const origin = z
  .string()
  .refine((value) => URL.parse(value)?.origin === value, 'is no origin such as https://app.example.com');

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('is no JSON');
    return z.NEVER;
  }
});

const contextSchema = z.object({
  stage: z.enum(stageNames).default('local'),
  prefix: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,20}$/, 'is not lower-case letters, digits and hyphens, 21 at most')
    .default(defaultPrefix),
  issuer: origin.default('https://localhost:8443'),
  domainName: hostName.optional(),
  hostedZoneId: z
    .string()
    .regex(/^[A-Z0-9]{1,32}$/, 'is no hosted zone id')
    .optional(),
  hostedZoneName: hostName.optional(),
  certificateArn: z.string().startsWith('arn:', 'is no ARN').optional(),
  mailFrom: z.email('is no e-mail address').optional(),
  mailIdentity: z.string().optional(),
  createMailIdentity: z.stringbool().optional(),
  auditRetentionDays: z.coerce.number().int().min(1).max(36_500).optional(),
  allowedOrigins: z
    .string()
    .transform((list) => list.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(origin))
    .optional(),
  signingAlgorithm: z.enum(['RS256', 'ES256']).optional(),
  passwordMinimumLength: z.coerce.number().int().min(lowestPasswordMinimum).max(64).optional(),
  passwordPepper: z.stringbool().optional(),
  limits: json.pipe(limitChangesSchema).optional(),
});

export type ContextName = keyof typeof contextSchema.shape;

/**
 * The settings of a deployment: the stage's values, with what was given by `-c name=value` in their place.
 *
 * @throws SettingsError naming the value that is missing or wrong.
 */
export function readSettings(context: (name: ContextName) => unknown): Settings {
  const names = Object.keys(contextSchema.shape) as ContextName[];
  const parsed = contextSchema.safeParse(Object.fromEntries(names.map((name) => [name, context(name)])));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new SettingsError(`-c ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const given = parsed.data;
  const values = stages[given.stage];
  const mailFrom = required(given.stage, 'mailFrom', given.mailFrom ?? values.mailFrom, 'no-reply@example.com');
  return {
    ...values,
    stage: given.stage,
    prefix: given.prefix,
    address: address(given, values),
    auditRetentionDays: required(
      given.stage,
      'auditRetentionDays',
      given.auditRetentionDays ?? values.auditRetentionDays,
      '365',
    ),
    allowedOrigins: given.allowedOrigins ?? values.allowedOrigins,
    signingAlgorithm: given.signingAlgorithm ?? values.signingAlgorithm,
    passwordMinimumLength: given.passwordMinimumLength ?? values.passwordMinimumLength,
    passwordPepper: given.passwordPepper ?? values.passwordPepper,
    limits: limitsSchema.parse({ ...values.limits, ...given.limits }),
    mailFrom,
    createMailIdentity: given.createMailIdentity ?? values.createMailIdentity,
    mailIdentity: given.mailIdentity ?? mailFrom.slice(mailFrom.lastIndexOf('@') + 1),
  };
}

function required<T>(stage: StageName, name: ContextName, value: T | undefined, example: string): T {
  if (value !== undefined) return value;
  throw new SettingsError(`The stage ${stage} needs ${name}: pass -c ${name}=${example}, or set it in lib/stages.ts`);
}

function address(given: z.infer<typeof contextSchema>, values: StageValues): Address {
  const domainName = given.domainName ?? values.domainName;
  if (given.stage === 'local') return { kind: 'front', issuer: given.issuer };
  if (!domainName && !values.domainRequired) return { kind: 'gateway' };
  const domain = required(given.stage, 'domainName', domainName, 'auth.example.com');
  const { hostedZoneId: id, hostedZoneName: name, certificateArn } = given;
  if (!certificateArn && !(id && name)) {
    throw new SettingsError(
      `The domain needs a certificate: pass -c certificateArn=arn:aws:acm:…, or -c hostedZoneId=Z… -c hostedZoneName=example.com to have one made`,
    );
  }
  return {
    kind: 'domain',
    domainName: domain,
    ...(id && name && { zone: { id, name } }),
    ...(certificateArn && { certificateArn }),
  };
}
