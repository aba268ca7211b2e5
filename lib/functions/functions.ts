import { Architecture, type Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type LambdaName, lambdaNames } from '../../lambdas/contract/lambdas.ts';
import { commonPasswordsFile } from '../../lambdas/contract/passwords.ts';
import { mapRecord } from '../../lambdas/contract/records.ts';
import type { LambdaDefinition } from '../../lambdas/manifest/definition.ts';
import { type EnvironmentSource, writeEnvironment } from '../../lambdas/manifest/environment.ts';
import { lambdas } from '../../lambdas/manifest/lambdas.ts';
import { readersOf } from '../../lambdas/manifest/updateOrder.ts';
import type { DataStack } from '../data/dataStack.ts';
import { mailConfigurationSet, type Settings } from '../settings.ts';
import { requireSmallEnvironment } from './environmentSize.ts';
import { GatehouseFunction } from './gatehouseFunction.ts';
import { grantPrivileges } from './grants.ts';
import type { Logs } from './logs.ts';

/** Where the code of a Lambda comes from: its bundle, or a stand-in in template tests. */
export type CodeSource = (name: LambdaName) => Code;

export interface FunctionsProps {
  readonly settings: Settings;
  readonly data: DataStack;
  readonly logs: Logs;
  readonly code: CodeSource;
  readonly issuer: string;
  readonly version: string;
}

/** Every Lambda of the manifest, each with its environment and its privileges. */
export class Functions extends Construct {
  readonly byName: Readonly<Record<LambdaName, GatehouseFunction>>;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const { settings, data, logs, code } = props;
    const source = environmentSource(props);
    this.byName = mapRecord<LambdaName, LambdaDefinition, GatehouseFunction>(lambdas, (definition, name) => {
      const environment = writeEnvironment(name, source);
      requireSmallEnvironment(name, environment);
      const made = new GatehouseFunction(this, name, {
        name,
        definition,
        environment,
        code: code(name),
        architecture: lambdaArchitecture(settings),
        logs,
        sourceMaps: settings.sourceMaps,
        reservedConcurrency: settings.reservedConcurrency[name],
      });
      grantPrivileges(made.role, definition, data, settings);
      return made;
    });
    for (const writer of lambdaNames) {
      for (const reader of readersOf(writer)) this.byName[writer].updateAfter(this.byName[reader]);
    }
  }
}

function environmentSource({ settings, data, issuer, version }: FunctionsProps): EnvironmentSource {
  return {
    stage: settings.stage,
    version,
    tables: mapRecord(data.tables.byName, ({ tableName }) => tableName),
    secrets: mapRecord(data.secrets.byName, ({ attrId }) => attrId),
    values: {
      ...settings,
      issuer,
      audience: `${issuer}/api`,
      auditBucket: data.audit.bucket.bucketName,
      mailConfigurationSet: mailConfigurationSet(settings),
      commonPasswordsFile: `./${commonPasswordsFile}`,
    },
  };
}

/** ARM64 on AWS; locally what this machine runs. */
function lambdaArchitecture({ stage }: Pick<Settings, 'stage'>): Architecture {
  return stage === 'local' && process.arch !== 'arm64' ? Architecture.X86_64 : Architecture.ARM_64;
}
