import { Annotations, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { outputKey, outputKeys } from '../../lambdas/manifest/deployment.ts';
import type { DataStack } from '../data/dataStack.ts';
import { type CodeSource, Functions } from '../functions/functions.ts';
import { KeyInitialization } from '../functions/keyInitialization.ts';
import { KeyRotation } from '../functions/keyRotation.ts';
import { Logs } from '../functions/logs.ts';
import { StreamConsumer } from '../functions/streamConsumer.ts';
import { MailEvents } from '../mail/mailEvents.ts';
import { mailConfigurationSet, type Settings } from '../settings.ts';
import { CustomDomain } from './customDomain.ts';
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
    const logs = new Logs(this, 'Logs', { retentionDays: settings.logRetentionDays, retain: settings.retainData });
    const gateway = new GatehouseApi(this, 'Gateway', { settings, logs });
    const issuer = this.#issuer(settings, gateway);
    const functions = new Functions(this, 'Functions', { settings, data, logs, code, issuer, version });
    new Routes(this, 'Routes', { api: gateway.api, functions });
    new WebAcl(this, 'WebAcl', { stageArn: gateway.stageArn, stageName, limits: settings.addressLimits });
    if (settings.address.kind === 'domain') {
      new CustomDomain(this, 'Address', { api: gateway.api, address: settings.address });
    }
    this.#consumers(settings, data, functions);
    this.#keyRings(settings, data, functions, logs, gateway);
    this.#outputs(settings, functions, gateway, issuer);
  }

  #issuer({ address }: Settings, gateway: GatehouseApi): string {
    if (address.kind === 'front') return address.issuer;
    if (address.kind === 'domain') return `https://${address.domainName}`;
    Annotations.of(this).addWarningV2(
      'gatehouse:no-domain',
      `Without -c domainName the issuer is the API’s own address, below /${stageName}: browsers cannot keep a ` +
        'session (the refresh cookie is for /auth), and tokens, passkeys and mailed links die with that address when ' +
        'the API is made anew.',
    );
    return gateway.invokeUrl;
  }

  #consumers(settings: Settings, { tables }: DataStack, { byName }: Functions): void {
    new StreamConsumer(this, 'AuditStream', {
      table: tables.byName.AuditOutbox,
      consumer: byName.auditWriter,
      batchSize: 100,
      batchWindowSeconds: settings.auditBatchWindowSeconds,
      // What still fails after these retries, the sweeper ships.
      maximumRetryAttempts: 5,
      maximumRecordAgeSeconds: 3600,
    });
    new StreamConsumer(this, 'MailStream', {
      table: tables.byName.MailOutbox,
      consumer: byName.mailer,
      batchSize: 10,
      batchWindowSeconds: 0,
      // The job itself says how long its mail is worth sending: a day at most.
      maximumRetryAttempts: -1,
      maximumRecordAgeSeconds: 86_400,
    });
    new MailEvents(this, 'MailEvents', {
      configurationSet: mailConfigurationSet(settings),
      consumer: byName.mailEvents,
    });
    new Rule(this, 'ErasureSweep', {
      description: 'Gatehouse: goes on with erasures that were interrupted',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(byName.eraser.lambda, { retryAttempts: 0 })],
    });
    new Rule(this, 'AuditSweep', {
      description: 'Gatehouse: ships what the stream of the audit outbox lost',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(byName.auditSweeper.lambda, { retryAttempts: 0 })],
    });
  }

  #keyRings(
    settings: Settings,
    { secrets }: DataStack,
    { byName }: Functions,
    logs: Logs,
    gateway: GatehouseApi,
  ): void {
    const initialization = new KeyInitialization(this, 'KeyRings', {
      initializer: byName.initializeSecrets,
      logs,
      secrets: Object.values(secrets.byName).map((secret) => secret.attrId),
    });
    // The API is deployed after the first keys are made, so that every request finds a key.
    gateway.api.latestDeployment?.node.addDependency(initialization);
    const rotations = [
      new KeyRotation(this, 'SigningKeyRotation', {
        secret: secrets.byName.signingKeys,
        rotator: byName.rotateSigningKeys,
        everyDays: settings.signingKeyRotationDays,
      }),
      new KeyRotation(this, 'RefreshKeyRotation', {
        secret: secrets.byName.refreshKeys,
        rotator: byName.rotateRefreshKeys,
        everyDays: settings.refreshKeyRotationDays,
      }),
    ];
    for (const rotation of rotations) rotation.node.addDependency(initialization);
  }

  #outputs(settings: Settings, { byName }: Functions, gateway: GatehouseApi, issuer: string): void {
    for (const [name, { lambda }] of Object.entries(byName)) {
      new CfnOutput(this, outputKey('Function', name), { value: lambda.functionName });
    }
    const url = settings.address.kind === 'domain' ? issuer : gateway.invokeUrl;
    new CfnOutput(this, outputKeys.apiUrl, { value: url });
    new CfnOutput(this, outputKeys.issuer, { value: issuer });
    new CfnOutput(this, outputKeys.auditChain, { value: settings.auditChain });
    new CfnOutput(this, outputKeys.revocationBoundSeconds, { value: `${settings.revocationPollSeconds + 1}` });
    new CfnOutput(this, outputKeys.passwordMinimumLength, { value: `${settings.passwordMinimumLength}` });
    new CfnOutput(this, outputKeys.passwordPepper, { value: `${settings.passwordPepper}` });
  }
}
