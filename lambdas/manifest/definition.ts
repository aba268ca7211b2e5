import type { SecretName } from './secrets.ts';
import type { RequiredSetting, SettingOf } from './settings.ts';
import type { SweptTable, TableName } from './tables.ts';

export type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'Scan'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'BatchWriteItem'
  | 'ConditionCheckItem';

/** The actions that change nothing. */
export const readingActions: readonly TableAction[] = ['GetItem', 'BatchGetItem', 'Query', 'Scan'];

/** What calls a Lambda. The `id` of a trigger names its resources: with another id they are made anew. */
export type Trigger =
  /** The gateway, for the routes that name the Lambda. */
  | { readonly by: 'http' }
  /** The gateway, before every route that is not public. */
  | { readonly by: 'authorizer' }
  | StreamTrigger
  | ScheduleTrigger
  | RotationTrigger
  /** SES, when a mail bounces or its reader complains. */
  | { readonly by: 'mailEvents'; readonly id: string }
  /** Every deployment, before the API answers. */
  | { readonly by: 'deployment'; readonly id: string }
  /** Every deployment that changes a Lambda, once all are changed. */
  | { readonly by: 'update'; readonly id: string };

export interface StreamTrigger {
  readonly by: 'stream';
  readonly id: string;
  readonly table: TableName;
  readonly batchSize: number;
  /** In seconds, or the setting that holds them. */
  readonly batchWindowSeconds: number | SettingOf<number>;
  /** How often a failing batch is tried again; -1 for as long as a record's age allows. */
  readonly maximumRetryAttempts: number;
  readonly maximumRecordAgeSeconds: number;
}

export interface ScheduleTrigger {
  readonly by: 'schedule';
  readonly id: string;
  readonly everyMinutes: number;
  readonly description: string;
}

export interface RotationTrigger {
  readonly by: 'rotation';
  readonly id: string;
  readonly secret: SecretName;
  /** The setting that holds the days between two rotations. */
  readonly everyDays: SettingOf<number>;
}

/** Values that follow from a deployment's settings and resources, by the names under which Lambdas read them. */
export interface DerivedValues {
  /** The API's address, which is the issuer of its tokens. */
  readonly issuer: string;
  /** Whom access tokens are for. */
  readonly audience: string;
  readonly auditBucket: string;
  /** The SES configuration set that mails are sent with. */
  readonly mailConfigurationSet: string;
  /** The path of the filter of common passwords, from the bundle on. */
  readonly commonPasswordsFile: string;
}

/** What a Lambda may read besides the names of its tables and secrets. */
export type ValueName = RequiredSetting | keyof DerivedValues;

/** Everything that a Lambda is and may do. Its role allows this and its own log; its environment holds this alone. */
export interface LambdaDefinition {
  readonly description: string;
  readonly trigger: Trigger;
  /** CPU comes with memory: 1,769 MB is one whole vCPU, which is what a password hash needs. */
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Whether the bundle holds the native password hash. */
  readonly hashesPasswords?: true;
  /** Whether the filter of common passwords lies beside the bundle. */
  readonly setsPasswords?: true;
  /** The tables that its handler wires. A transaction needs the action of each of its items, and none of its own. */
  readonly tables: Partial<Record<TableName, readonly TableAction[]>>;
  /** The tables whose sweep index it asks. */
  readonly sweeps?: readonly SweptTable[];
  /** `read`: the current value. `rotate`: also to write a version and to move its stage. */
  readonly secrets?: Partial<Record<SecretName, 'read' | 'rotate'>>;
  /** Whether it may append to the audit log and read it back. */
  readonly auditLog?: true;
  readonly sendMail?: true;
  readonly values: readonly ValueName[];
}
