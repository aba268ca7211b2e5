import { Duration } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { type LambdaName, lambdaNames } from '../../lambdas/contract/lambdas.ts';
import type { LambdaDefinition, RotationTrigger, Trigger } from '../../lambdas/manifest/definition.ts';
import { lambdas } from '../../lambdas/manifest/lambdas.ts';
import type { DataStack } from '../data/dataStack.ts';
import { MailEvents } from '../mail/mailEvents.ts';
import { mailConfigurationSet, type Settings } from '../settings.ts';
import { DeploymentCall } from './deploymentCall.ts';
import type { Functions } from './functions.ts';
import type { GatehouseFunction } from './gatehouseFunction.ts';
import { KeyRotation } from './keyRotation.ts';
import type { Logs } from './logs.ts';
import { StreamConsumer } from './streamConsumer.ts';

export interface TriggersProps {
  readonly settings: Settings;
  readonly data: DataStack;
  readonly functions: Functions;
  readonly logs: Logs;
  /** Answers no request before there is a key to answer it with. */
  readonly api: RestApi;
}

const definitionOf = (name: LambdaName): LambdaDefinition => lambdas[name];

/** What calls the Lambdas, besides the gateway. */
export function addTriggers(scope: Construct, props: TriggersProps): void {
  const initializations: DeploymentCall[] = [];
  const rotations: KeyRotation[] = [];
  for (const name of lambdaNames) {
    const { trigger } = definitionOf(name);
    const called = props.functions.byName[name];
    if (trigger.by === 'deployment') initializations.push(addInitialization(scope, trigger.id, called, props));
    else if (trigger.by === 'update') addUpdate(scope, trigger.id, called, props);
    else if (trigger.by === 'rotation') rotations.push(addRotation(scope, trigger, called, props));
    else addEvents(scope, trigger, called, props);
  }
  // A ring is rotated once it is there.
  for (const rotation of rotations) rotation.node.addDependency(...initializations);
}

/**
 * Makes the first key rings. Rings that exist stay as they are. A new ring calls it again, and so does new code that
 * makes rings.
 */
function addInitialization(
  scope: Construct,
  id: string,
  called: GatehouseFunction,
  { data, logs, api }: TriggersProps,
): DeploymentCall {
  const secrets = Object.values(data.secrets.byName).map((secret) => secret.attrId);
  const initialization = new DeploymentCall(scope, id, {
    called,
    logs,
    resource: { id: 'Rings', type: 'KeyRings' },
    properties: { secrets, code: called.resource.code },
    timeoutMinutes: 5,
  });
  api.latestDeployment?.node.addDependency(initialization);
  return initialization;
}

/** Calls a Lambda once all are updated: what they wrote before, it finds. A change of any of them calls it again. */
function addUpdate(scope: Construct, id: string, called: GatehouseFunction, props: TriggersProps): void {
  const { functions, logs } = props;
  const others = lambdaNames.map((name) => functions.byName[name].resource);
  const update = new DeploymentCall(scope, id, {
    called,
    logs,
    resource: { id: 'Update', type: id },
    properties: { lambdas: others.map(({ code }) => code) },
    timeoutMinutes: 15,
  });
  update.resource.node.addDependency(...others);
}

function addRotation(
  scope: Construct,
  { id, secret, everyDays }: RotationTrigger,
  rotator: GatehouseFunction,
  { data, settings }: TriggersProps,
): KeyRotation {
  return new KeyRotation(scope, id, {
    secret: data.secrets.byName[secret],
    rotator,
    everyDays: settings[everyDays],
  });
}

function addEvents(scope: Construct, trigger: Trigger, called: GatehouseFunction, props: TriggersProps): void {
  const { data, settings, functions } = props;
  if (trigger.by === 'stream') {
    const { by: _, id, table, batchWindowSeconds: window, ...options } = trigger;
    new StreamConsumer(scope, id, {
      ...options,
      table: data.tables.byName[table],
      consumer: called,
      batchWindowSeconds: typeof window === 'number' ? window : settings[window],
    });
  } else if (trigger.by === 'schedule') {
    new Rule(scope, trigger.id, {
      description: `Gatehouse: ${trigger.description}`,
      schedule: Schedule.rate(Duration.minutes(trigger.everyMinutes)),
      targets: [new LambdaFunction(called.lambda, { retryAttempts: 0 })],
    });
    // The next run does what this one did not: a repetition beside it would only be in its way.
    called.lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(trigger.everyMinutes) });
  } else if (trigger.by === 'mailEvents') {
    const events = new MailEvents(scope, trigger.id, {
      configurationSet: mailConfigurationSet(settings),
      consumer: called,
    });
    // Whoever sends names the set.
    const senders = lambdaNames.filter((name) => definitionOf(name).sendMail);
    for (const name of senders) functions.byName[name].node.addDependency(events.configurationSet);
  }
}
