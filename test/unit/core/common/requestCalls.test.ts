import { expect, it } from 'vitest';
import { longestCallMs, requestCalls } from '../../../../lambdas/core/common/boundedRequests.ts';
import { lambdas } from '../../../../lambdas/manifest/lambdas.ts';
import { createDocumentClient } from '../../../../lambdas/stores/dynamo/client.ts';
import { createSecretsClient } from '../../../../lambdas/stores/keys/secretClient.ts';

const waitedFor = Object.entries(lambdas).filter(([, { trigger }]) => ['http', 'authorizer'].includes(trigger.by));

it.each(waitedFor)('F33 the longest call of %s ends in time for a 503', (_, { timeoutSeconds }) => {
  expect(longestCallMs(requestCalls)).toBeLessThanOrEqual(timeoutSeconds * 1000 - 1000);
});

it.each([
  ['tables', createDocumentClient()],
  ['secrets', createSecretsClient()],
])('F33 a client of %s tries no more often than a request has time for', async (_, { config }) => {
  expect(await config.maxAttempts()).toBe(requestCalls.attempts);
});
