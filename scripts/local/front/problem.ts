import { randomUUID } from 'node:crypto';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Problem } from '../../../lambdas/contract/problemBodies.ts';
import { type ProblemCode, problems, problemType } from '../../../lambdas/contract/problems.ts';

/** What an edge answers by itself. `status` differs from the code's own where HTTP has a more exact one. */
export interface FrontProblem {
  readonly code: ProblemCode;
  readonly status?: number;
  readonly detail: string;
}

function render({ code, status = problems[code].status, detail }: FrontProblem) {
  const body: Problem = {
    type: problemType(code),
    title: problems[code].title,
    status,
    code,
    detail,
    request_id: randomUUID(),
  };
  const headers = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'strict-transport-security': 'max-age=63072000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...(status === 503 ? { 'retry-after': '1' } : {}),
  };
  return { status, headers, body: JSON.stringify(body) };
}

export function sendProblem(response: ServerResponse, problem: FrontProblem): void {
  if (response.headersSent) return void response.destroy();
  const { status, headers, body } = render(problem);
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' }).end(body);
}

/** The same for a request that could not be parsed, which has no response object. */
export function writeProblem(socket: Duplex, problem: FrontProblem): void {
  const { status, headers, body } = render(problem);
  const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head}\r\n${body}`);
}
