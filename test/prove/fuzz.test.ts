import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type RouteId, routeIds, routes } from '../../lambdas/contract/routes.ts';
import { type ApiRequest, type ApiResponse, createApi } from '../../scripts/local/stack/apiClient.ts';
import { routeOf, undocumented } from '../support/fuzz/documented.ts';
import { browserHeaders, happyPaths } from '../support/fuzz/happyPaths.ts';
import { KnownValues } from '../support/fuzz/knownValues.ts';
import { type FuzzedRequest, requestsOf } from '../support/fuzz/requests.ts';
import { concurrently } from '../support/proof/concurrently.ts';
import { writeProof } from '../support/proof/proof.ts';
import { stack } from '../support/stack/stack.ts';

const total = 20_000;
const rounds = 8;
const atOnce = 4;
const browserCount = 12;
const timeLimitMs = 40 * 60_000;
const ids = routeIds;
const seed = Number(process.env['GATEHOUSE_FUZZ_SEED'] ?? Date.now() % 2 ** 31);

const { api_url: apiUrl, ca_file: caFile } = stack();
const api = createApi({ apiUrl, caFile });
const known = new KnownValues();
const statuses = new Map<RouteId, Map<number, number>>();
const failures: string[] = [];
const succeeded = new Set<RouteId>();
const startedAt = Date.now();

it(`${total} generated requests are answered as the contract says, none with a 5xx`, async () => {
  let sent = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      await concurrently(ids, atOnce, succeed);
      known.browsers = await concurrently(Array.from({ length: browserCount }), atOnce, browserHeaders);
      const perRoute =
        Math.ceil((total * (round + 1)) / rounds / ids.length) - Math.ceil((total * round) / rounds / ids.length);
      const requests = ids.flatMap((id) => generate(id, perRoute, round));
      await concurrently(shuffled(requests, round), atOnce, send);
      sent += requests.length;
      console.log(`round ${round + 1}: ${sent} requests in ${seconds()} s, ${failures.length} failures`);
    }
  } finally {
    writeProof('fuzz', { requests: sent, rounds, seed, seconds: seconds(), failures, answers: answersByRoute() });
  }
  expect(failures.slice(0, 20)).toEqual([]);
  expect(sent).toBeGreaterThanOrEqual(total);
  expect([...succeeded].sort()).toEqual([...ids].sort());
});

const seconds = () => Math.round((Date.now() - startedAt) / 1000);

function generate(id: RouteId, numRuns: number, round: number): FuzzedRequest[] {
  return fc.sample(requestsOf(id, known), { numRuns, seed: seed + round * ids.length + ids.indexOf(id) });
}

function shuffled<T>(items: readonly T[], round: number): T[] {
  const [order = []] = fc.sample(fc.shuffledSubarray([...items], { minLength: items.length }), {
    numRuns: 1,
    seed: seed + round,
  });
  return order;
}

/** A request that its route has to grant; what is in it and in its answer is known from then on. */
async function succeed(id: RouteId): Promise<void> {
  const { json, form, query, parameters = {}, token, headers } = await happyPaths[id]();
  const path = routes[id].path.replaceAll(/\{(\w+)\}/g, (_, name: string) => parameters[name] ?? '');
  const options: ApiRequest = {
    method: routes[id].method,
    ...(json !== undefined && { json }),
    ...(token !== undefined && { token }),
    ...(headers && { headers }),
    ...(form && {
      body: new URLSearchParams({ ...form }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
  };
  known.noteRequest(id, { ...options, json: json ?? form ?? query }, parameters);
  const answer = await api(query ? `${path}?${new URLSearchParams({ ...query })}` : path, options);
  const fault = undocumented(id, answer);
  if (answer.status >= 300 || fault)
    throw new Error(`${id} does not succeed: ${answer.status} ${fault ?? answer.text}`);
  known.noteAnswer(id, answer);
  succeeded.add(id);
}

async function send({ route, path, options }: FuzzedRequest): Promise<void> {
  if (Date.now() - startedAt > timeLimitMs) throw new Error(`not done within ${timeLimitMs / 60_000} minutes`);
  const answer = await api(path, options).catch((error: unknown) => ({ error }));
  if ('error' in answer)
    return void failures.push(`${route} ${path} ${JSON.stringify(options).slice(0, 2000)}: ${answer.error}`);
  const counts = statuses.get(route) ?? new Map<number, number>();
  statuses.set(route, counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1));
  const fault = faultOf({ route, path, options }, answer);
  if (fault) failures.push(`${route} ${path} ${JSON.stringify(options).slice(0, 2000)}: ${fault}`);
}

function faultOf({ route, path, options }: FuzzedRequest, answer: ApiResponse): string | undefined {
  if (answer.status >= 500) return `${answer.status} ${answer.text}`;
  // A parameter may hold what makes it another path, or none.
  if (routeOf(options.method ?? 'GET', path) !== route) return answer.status === 404 ? undefined : `${answer.status}`;
  return undocumented(route, answer);
}

function answersByRoute(): Record<string, Record<string, number>> {
  return Object.fromEntries([...statuses].map(([id, counts]) => [id, Object.fromEntries(counts)]));
}
