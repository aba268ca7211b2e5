import { Annotations, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { lambdaNames } from '../../lambdas/contract/lambdas.ts';
import { deploymentName, outputKey, resourceOutputKey, settingOutputs } from '../../lambdas/manifest/deployment.ts';
import type { DataStack } from '../data/dataStack.ts';
import { type CodeSource, Functions } from '../functions/functions.ts';
import { Logs } from '../functions/logs.ts';
import { addTriggers } from '../functions/triggers.ts';
import { Alarms } from '../monitoring/alarms.ts';
import { tellOfAlarms } from '../monitoring/alarmTopic.ts';
import type { Settings } from '../settings.ts';
import { CustomDomain } from './customDomain.ts';
import { commonHeaders } from './gatewayResponses.ts';
import { GatehouseApi, stageName } from './restApi.ts';
import { Routes } from './routes.ts';
import { WebAcl } from './webAcl.ts';

export interface ApiStackProps extends StackProps {
  readonly settings: Settings;
  readonly data: DataStack;
  readonly code: CodeSource;
  readonly version: string;
}

/** Everything that can be made anew: the API, its Lambdas, and what calls them. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, { settings, data, code, version, ...props }: ApiStackProps) {
    super(scope, id, props);
    // The CDK names in `DependsOn` what a property refers to as well: more than is needed, and no fault.
    this.templateOptions.metadata = { 'cfn-lint': { config: { ignore_checks: ['W3005'] } } };
    const logs = new Logs(this, 'Logs', { retentionDays: settings.logRetentionDays, retain: settings.retainData });
    const gateway = new GatehouseApi(this, 'Gateway', { settings, logs });
    const issuer = this.#issuer(settings, gateway);
    const functions = new Functions(this, 'Functions', { settings, data, logs, code, issuer, version });
    new Routes(this, 'Routes', { api: gateway.api, functions });
    const stage = gateway.api.deploymentStage;
    const { association } = new WebAcl(this, 'WebAcl', {
      stage,
      stageName,
      limits: settings.addressLimits,
      managedRules: settings.managedWafRules,
      headers: commonHeaders(settings),
    });
    if (settings.address.kind === 'domain') {
      // The domain never answers without the web ACL.
      new CustomDomain(this, 'Address', { api: gateway.api, address: settings.address, after: [association] });
    }
    new Alarms(this, 'Alarms', { deployment: deploymentName(settings) });
    addTriggers(this, { settings, data, functions, logs, api: gateway.api });
    const alarmTopic = tellOfAlarms(this, settings);
    if (!alarmTopic && settings.stage === 'prod') {
      Annotations.of(this).addWarningV2(
        'gatehouse:nobody-told',
        'Nobody is told of an alarm: deploy with -c alarmEmail=ops@example.com or -c alarmTopicArn=arn:aws:sns:…',
      );
    }
    if (alarmTopic) new CfnOutput(this, outputKey('alarmTopic'), { value: alarmTopic.topicArn });
    this.#outputs(settings, functions, gateway, issuer);
  }

  #issuer({ address }: Settings, gateway: GatehouseApi): string {
    if (address.kind === 'front') return address.issuer;
    if (address.kind === 'domain') return `https://${address.domainName}`;
    Annotations.of(this).addWarningV2(
      'gatehouse:no-domain',
      `Without -c domainName the issuer is the API’s own address, below /${stageName}: tokens, ` +
        'passkeys, sessions of browsers and mailed links die with that address when the API is made anew.',
    );
    return gateway.invokeUrl;
  }

  #outputs(settings: Settings, { byName }: Functions, gateway: GatehouseApi, issuer: string): void {
    const output = (key: string, value: string) => new CfnOutput(this, key, { value });
    for (const name of lambdaNames) output(resourceOutputKey('function', name), byName[name].lambda.functionName);
    for (const [key, value] of settingOutputs(settings)) output(key, value);
    output(outputKey('apiUrl'), settings.address.kind === 'domain' ? issuer : gateway.invokeUrl);
    output(outputKey('issuer'), issuer);
    output(outputKey('revocationBoundSeconds'), `${settings.revocationPollSeconds + 1}`);
  }
}
