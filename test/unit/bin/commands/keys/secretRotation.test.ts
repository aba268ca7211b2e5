import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, it } from 'vitest';
import { rotateByService, rotateBySteps } from '../../../../../bin/commands/keys/secretRotation.ts';
import { fakeCredentials, inProcess } from '../../../../support/fakes/awsFake.ts';

const target = { functionName: 'rotator', secretId: 'secret' };

/** A Lambda service that answers an invocation with what the function returns, or fails with. */
function lambdaThat(invoke: (event: Record<string, unknown>) => string | undefined) {
  const handle = async (request: { body?: unknown }) => {
    const error = invoke(JSON.parse(String(request.body)));
    const body = JSON.stringify(error === undefined ? null : { errorType: 'Error', errorMessage: error });
    const headers: Record<string, string> = error === undefined ? {} : { 'x-amz-function-error': 'Unhandled' };
    return { response: { statusCode: 200, headers, body: new TextEncoder().encode(body) } };
  };
  return new LambdaClient({ ...fakeCredentials, requestHandler: { handle } });
}

it('the four steps go to the function in order, with one token', async () => {
  const events: Record<string, unknown>[] = [];
  const client = lambdaThat((event) => void events.push(event));
  const version = await rotateBySteps(client, { ...target, emergency: true });
  expect(events.map((event) => event['Step'])).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
  for (const event of events) {
    expect(event).toMatchObject({ SecretId: 'secret', ClientRequestToken: version, emergency: true });
  }
});

it('a step that fails ends the rotation with the reason the function gave', async () => {
  const steps: unknown[] = [];
  const client = lambdaThat((event) => {
    steps.push(event['Step']);
    return event['Step'] === 'setSecret' ? 'too early' : undefined;
  });
  await expect(rotateBySteps(client, { ...target, emergency: false })).rejects.toThrow('too early');
  expect(steps).toEqual(['createSecret', 'setSecret']);
});

function secretsManager(describe: (asked: number) => string[]) {
  let asked = 0;
  return new SecretsManagerClient({
    ...fakeCredentials,
    requestHandler: inProcess((operation) =>
      operation === 'RotateSecret' ? { VersionId: 'new' } : { VersionIdsToStages: { new: describe(++asked) } },
    ),
  });
}

it('Secrets Manager is waited for until the rotation has settled', async () => {
  let seen = 0;
  const client = secretsManager((asked) => {
    seen = asked;
    return asked === 1 ? ['AWSPENDING'] : asked === 2 ? ['AWSCURRENT', 'AWSPENDING'] : ['AWSCURRENT'];
  });
  expect(await rotateByService(client, { secretId: 'secret', pollMs: 0 })).toBe('new');
  expect(seen).toBe(3);
});

it('a rotation that does not end is reported', async () => {
  const client = secretsManager(() => ['AWSPENDING']);
  const rotation = rotateByService(client, { secretId: 'secret', pollMs: 1, timeoutMs: 20 });
  await expect(rotation).rejects.toThrow(/not ended yet/);
});
