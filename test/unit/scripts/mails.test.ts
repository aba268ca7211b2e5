import { expect, test } from 'vitest';
import { toMails } from '../../../scripts/local/front/mails.ts';

const mail = (To: string[], Subject: string, Timestamp: number) => ({
  To,
  Subject,
  BodyText: 'text',
  BodyHtml: null,
  Timestamp,
});

test('mails are listed by recipient, the newest last', () => {
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

test('a mail without HTML has an empty one', () => {
  expect(toMails({ messages: { '1': [mail(['a@x.test'], 's', 0)] } })).toMatchObject([{ text: 'text', html: '' }]);
});
