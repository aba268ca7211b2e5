import { Architecture, type Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { LambdaName } from '../../lambdas/contract/lambdas.ts';
import type { DataStack } from '../data/dataStack.ts';
import type { Settings } from '../settings.ts';
import { environments } from './environment.ts';
import { type FunctionSettings, functionSettings } from './functionSettings.ts';
import { GatehouseFunction } from './gatehouseFunction.ts';
import { grantPrivileges } from './grants.ts';
import type { Logs } from './logs.ts';
import { privileges } from './privileges.ts';

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

/** Every Lambda, each with its environment and its privileges. */
export class Functions extends Construct {
  readonly byName: Readonly<Record<LambdaName, GatehouseFunction>>;
  readonly #props: FunctionsProps;
  readonly #environments: ReturnType<typeof environments>;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.#props = props;
    this.#environments = environments(props);
    this.byName = {
      authorizer: this.#function('authorizer'),
      wellKnown: this.#function('wellKnown'),
      registration: this.#function('registration'),
      recovery: this.#function('recovery'),
      account: this.#function('account'),
      eraser: this.#function('eraser'),
      signIn: this.#function('signIn'),
      factorSignIn: this.#function('factorSignIn'),
      factors: this.#function('factors'),
      refresh: this.#function('refresh'),
      session: this.#function('session'),
      mailer: this.#function('mailer'),
      mailEvents: this.#function('mailEvents'),
      auditWriter: this.#function('auditWriter'),
      auditSweeper: this.#function('auditSweeper'),
      rotateSigningKeys: this.#function('rotateSigningKeys'),
      rotateRefreshKeys: this.#function('rotateRefreshKeys'),
      initializeSecrets: this.#function('initializeSecrets'),
    };
  }

  #function(name: LambdaName): GatehouseFunction {
    const { settings, data, logs, code } = this.#props;
    const functionOf: FunctionSettings = functionSettings[name];
    const made = new GatehouseFunction(this, name, {
      name,
      settings: functionOf,
      environment: this.#environments[name],
      code: code(name),
      architecture: lambdaArchitecture(settings),
      logs,
      reservedConcurrency: settings.reservedConcurrency[name],
    });
    grantPrivileges(made.role, privileges[name], data, settings);
    return made;
  }
}

/** ARM64 on AWS; locally what this machine runs. */
function lambdaArchitecture({ stage }: Pick<Settings, 'stage'>): Architecture {
  return stage === 'local' && process.arch !== 'arm64' ? Architecture.X86_64 : Architecture.ARM_64;
}
