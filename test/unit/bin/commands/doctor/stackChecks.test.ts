import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { alarmChecks } from '../../../../../bin/commands/doctor/alarmChecks.ts';
import { runChecks } from '../../../../../bin/commands/doctor/check.ts';
import { stackChecks } from '../../../../../bin/commands/doctor/stackChecks.ts';
import { readStack, type StackState } from '../../../../../bin/commands/support/stackState.ts';

const id = { prefix: 'gatehouse', stage: 'prod' };
const lift = 'update-termination-protection --no-enable-termination-protection --stack-name gatehouse-prod-api';

/** What doctor says of the API stack. */
async function lookAt(status: string, isProtected: boolean) {
  const state = { name: 'gatehouse-prod-api', status, isProtected, outputs: new Map() };
  const checks = stackChecks(id, async (name) => (name === state.name ? state : undefined));
  const [data, api] = await runChecks(checks);
  expect(data).toEqual({ name: 'data stack', state: 'ok', found: 'gatehouse-prod-data is not there yet' });
  return api;
}

describe('a stack', () => {
  it.each(['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'])(
    'F36 that failed as it was made, %s, and is protected, is to be given free first',
    async (status) => {
      const finding = await lookAt(status, true);
      expect(finding).toMatchObject({ state: 'failed', found: expect.stringContaining(status) });
      expect(finding?.remedy).toMatch(new RegExp(`${lift} && npx cdk deploy`));
      expect(await lookAt(status, false)).toMatchObject({ state: 'ok' });
    },
  );

  it.each([
    [true, new RegExp(`^aws cloudformation ${lift} && aws cloudformation delete-stack `)],
    [false, /^aws cloudformation delete-stack /],
  ])('F36 that could not be deleted is to be deleted again (protected: %s)', async (isProtected, remedy) => {
    const finding = await lookAt('DELETE_FAILED', isProtected);
    expect(finding).toMatchObject({ state: 'failed', remedy: expect.stringMatching(remedy) });
  });

  it.each([
    ['UPDATE_ROLLBACK_FAILED', /continue-update-rollback --stack-name gatehouse-prod-api/],
    ['CREATE_FAILED', /rollback-stack --stack-name gatehouse-prod-api/],
    ['UPDATE_FAILED', /rollback-stack --stack-name gatehouse-prod-api/],
    ['UPDATE_IN_PROGRESS', /^wait/],
  ])('F36 that takes no deployment, %s, has a remedy', async (status, remedy) => {
    expect(await lookAt(status, true)).toMatchObject({ state: 'failed', remedy: expect.stringMatching(remedy) });
  });

  it.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'REVIEW_IN_PROGRESS'])(
    'that is %s takes a deployment',
    async (status) => {
      expect(await lookAt(status, true)).toMatchObject({ state: 'ok', found: `gatehouse-prod-api is ${status}` });
    },
  );

  it('that may not be looked at says what to allow', async () => {
    const [data] = await runChecks(stackChecks(id, () => Promise.reject(new Error('AccessDenied'))));
    expect(data).toMatchObject({ state: 'failed', remedy: 'allow cloudformation:DescribeStacks' });
  });
});

describe('what CloudFormation says of a stack', () => {
  const client = new CloudFormationClient({ region: 'us-east-1' });

  it('is read with its protection and its outputs', async () => {
    const stack = {
      StackName: 'one',
      CreationTime: new Date(0),
      StackStatus: 'ROLLBACK_COMPLETE',
      EnableTerminationProtection: true,
      Outputs: [{ OutputKey: 'AlarmTopic', OutputValue: 'arn' }],
    };
    vi.spyOn(client, 'send').mockImplementation(async () => ({ Stacks: [stack] }));
    expect(await readStack('one', client)).toEqual({
      name: 'one',
      status: 'ROLLBACK_COMPLETE',
      isProtected: true,
      outputs: new Map([['AlarmTopic', 'arn']]),
    });
  });

  it('is nothing where there is no such stack, and an error where it may not be asked', async () => {
    const send = vi.spyOn(client, 'send');
    send.mockImplementation(() => Promise.reject(new Error('Stack with id one does not exist')));
    expect(await readStack('one', client)).toBeUndefined();
    send.mockImplementation(() => Promise.reject(new Error('not authorized')));
    await expect(readStack('one', client)).rejects.toThrow('not authorized');
  });
});

describe('alarms', () => {
  const topic = 'arn:aws:sns:eu-west-1:111122223333:alarms';
  const sns = new SNSClient({ region: 'eu-west-1' });
  const send = vi.spyOn(sns, 'send');
  beforeEach(() => void send.mockImplementation(async () => ({ Attributes: {} })));
  const look = async (options: Parameters<typeof alarmChecks>[0], stage = 'prod', deployed?: StackState) => {
    const place = { id: { ...id, stage }, region: async () => 'eu-west-1', read: async () => deployed };
    const [finding] = await runChecks(alarmChecks(options, place, sns));
    return finding;
  };

  it('that nobody is told of are named in prod, with a remedy, and stop no deployment', async () => {
    const finding = await look({});
    expect(finding).toMatchObject({
      state: 'warning',
      remedy: expect.stringMatching(/-c alarmEmail=.+ -c alarmTopic/),
    });
    expect(await look({}, 'dev')).not.toHaveProperty('remedy');
  });

  it('that a deployment tells somebody of need nothing more', async () => {
    const outputs = new Map([['AlarmTopic', topic]]);
    const deployed = { name: 'gatehouse-prod-api', status: 'UPDATE_COMPLETE', isProtected: true, outputs };
    expect(await look({}, 'prod', deployed)).toMatchObject({ state: 'ok', found: topic });
  });

  it('go to a topic that there is', async () => {
    send.mockImplementation(() => Promise.reject(Object.assign(new Error('gone'), { name: 'NotFoundException' })));
    const found = `there is no topic ${topic}`;
    expect(await look({ alarmTopicArn: topic })).toMatchObject({ state: 'failed', found, remedy: expect.any(String) });
    send.mockImplementation(() =>
      Promise.reject(Object.assign(new Error('no'), { name: 'AuthorizationErrorException' })),
    );
    expect((await look({ alarmTopicArn: topic }))?.remedy).toContain('sns:GetTopicAttributes');
  });

  it('go to an address or to a topic of the API’s own region', async () => {
    expect(await look({ alarmEmail: 'ops@example.com' })).toMatchObject({ state: 'ok' });
    expect(await look({ alarmTopicArn: topic })).toMatchObject({ state: 'ok' });
    const elsewhere = await look({ alarmTopicArn: topic.replace('eu-west-1', 'us-east-1') });
    expect(elsewhere).toMatchObject({ state: 'failed', remedy: expect.stringContaining('eu-west-1') });
    expect(await look({ alarmTopicArn: topic.replace(':sns:', ':sqs:') })).toMatchObject({ state: 'failed' });
    expect(await look({ alarmTopicArn: topic, alarmEmail: 'ops@example.com' })).toMatchObject({ state: 'failed' });
  });
});
