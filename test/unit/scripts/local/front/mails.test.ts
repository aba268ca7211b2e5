import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { expect, it } from 'vitest';
import { freePorts } from '../../../../../scripts/local/cloud/ports.ts';
import { createMailReader, findMails, toMails } from '../../../../../scripts/local/front/mails.ts';

const mail = (To: string[], Subject: string, Timestamp: number) => ({
  To,
  Subject,
  BodyText: 'text',
  BodyHtml: null,
  Timestamp,
});

it('mails are listed by recipient, the newest last', () => {
  const answer = {
    messages: {
      '000000000000': [
        mail(['a@x.test'], 'second', 1_700_000_001),
        mail(['a@x.test', 'b@x.test'], 'first', 1_700_000_000),
      ],
    },
  };
  expect(toMails(answer).map(({ to, subject, at }) => [to, subject, at])).toEqual([
    ['a@x.test', 'first', '2023-11-14T22:13:20.000Z'],
    ['b@x.test', 'first', '2023-11-14T22:13:20.000Z'],
    ['a@x.test', 'second', '2023-11-14T22:13:21.000Z'],
  ]);
});

it('a mail without HTML has an empty one', () => {
  expect(toMails({ messages: { '1': [mail(['a@x.test'], 's', 0)] } })).toMatchObject([{ text: 'text', html: '' }]);
});

it.each<[string, number, unknown, boolean]>([
  ['with a list, still empty', 200, { messages: {} }, true],
  ['that knows no such path', 404, { messages: {} }, false],
  ['that answers something else', 200, { services: {} }, false],
])('an endpoint %s is told from others', async (_, status, body, hasList) => {
  const [port = 0] = await freePorts(1);
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    const found = await findMails(`${endpoint}/`);
    expect(found).toBe(hasList ? `${endpoint}/_ministack/ses/messages` : null);
    expect(asked).toEqual(['/_ministack/ses/messages']);
  } finally {
    server.close();
  }
});

it('an endpoint that is down has no list of mails', async () => {
  expect(await findMails('http://127.0.0.1:9')).toBeNull();
});

it.each([
  [200, 'a program', {}],
  [200, 'an address that a person has typed', { 'sec-fetch-site': 'none' }],
  [403, 'a page that asks in its own name', { origin: 'https://page.test' }],
  [403, 'a page that embeds them', { 'sec-fetch-site': 'cross-site' }],
  [403, 'a page whose name points at 127.0.0.1', { host: 'rebound.page.test' }],
])('the mails are answered with %i to %s', async (status, _, headers) => {
  const [port = 0, emulatorPort = 0] = await freePorts(2);
  const emulator = createServer((__, response) => response.end(JSON.stringify({ messages: {} })));
  const mails = `http://127.0.0.1:${emulatorPort}/`;
  const reader = createMailReader(port, () => ({ upstream: null, mails, token: null }));
  await Promise.all([
    once(emulator.listen(emulatorPort, '127.0.0.1'), 'listening'),
    once(reader.listen(port, '127.0.0.1'), 'listening'),
  ]);
  try {
    const asked = request({ host: '127.0.0.1', port, headers, agent: false }).end();
    const [answer] = await once(asked, 'response');
    answer.resume();
    expect(answer.statusCode).toBe(status);
  } finally {
    reader.close();
    emulator.close();
  }
});
