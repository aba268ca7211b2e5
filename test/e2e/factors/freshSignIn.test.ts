import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { accessOf, claimsOf, post, refused } from '../../support/people/factors.ts';
import { problemOf, refresh, signedUp, tokensOf } from '../../support/people/people.ts';
import { awsClients } from '../../support/stack/awsClients.ts';
import { stack } from '../../support/stack/stack.ts';

it('a sign-in that is not fresh changes no factor, until a password steps up', async () => {
  const person = await signedUp();
  const begin = (token: string) => post('/auth/factors/totp', token, { current_password: person.password });
  const { sub, sid } = claimsOf(person.tokens);
  await awsClients().documents.send(
    new UpdateCommand({
      TableName: stack().tables['Sessions'],
      Key: { sub, sid },
      UpdateExpression: 'SET auth_time = auth_time - :aWhile',
      ExpressionAttributeValues: { ':aWhile': 301 },
    }),
  );
  const stale = tokensOf(await refresh(person.tokens.refresh_token));
  expect(problemOf(await begin(stale.access_token))).toEqual(refused('step_up_required', 403));
  const wrong = await post('/auth/step-up', stale.access_token, { method: 'password', password: 'not the password' });
  expect(problemOf(wrong)).toEqual(refused('invalid_credentials', 401));
  const body = { method: 'password', password: person.password };
  const stepped = accessOf(await post('/auth/step-up', stale.access_token, body));
  expect((await begin(stepped.access_token)).status).toBe(201);
  expect(claimsOf(tokensOf(await refresh(stale.refresh_token)))).toMatchObject({
    auth_time: claimsOf(stepped)['auth_time'],
  });
});
