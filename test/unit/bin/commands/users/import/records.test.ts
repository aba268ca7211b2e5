import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openRecords, type Shape, shapeOf } from '../../../../../../bin/commands/users/import/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-records-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fields = ['email', 'roles', 'password_hash'];

async function read(
  shape: Shape,
  text: string | Buffer,
  names: Readonly<Record<string, string>> = {},
  left: readonly string[] = [],
  incomplete = new Set<string>(),
) {
  const file = join(folder, `${++files}.txt`);
  writeFileSync(file, text);
  const lines = [];
  const naming = { names: new Map(Object.entries(names)), fields, left: new Set(left), incomplete };
  for await (const line of openRecords(file, shape, naming)) lines.push(line);
  return lines;
}

/** In short: the record of each line, or that it has none. */
async function readShort(shape: Shape, text: string | Buffer) {
  return (await read(shape, text)).map((one) => [one.line, 'fault' in one ? 'fault' : one.record]);
}

describe('JSON lines', () => {
  it('are read line by line, with each fault at its line', async () => {
    const text = '\ufeff{"email":"a"}\r\n\n{"email":\n[1]\n"text"\n{"email":"b"}';
    expect(await read('json-lines', text)).toEqual([
      { line: 1, record: { email: 'a' } },
      { line: 3, fault: 'not JSON' },
      { line: 4, record: [1] },
      { line: 5, record: 'text' },
      { line: 6, record: { email: 'b' } },
    ]);
  });

  it('have other names for our fields where they are told', async () => {
    expect(await read('json-lines', '{"mail":"a","x":1}\n{"mail":"b","email":null}', { mail: 'email' })).toEqual([
      { line: 1, record: { email: 'a', x: 1 } },
      { line: 2, record: { email: 'b' } },
    ]);
  });

  it('with a field twice, once by its other name, are faults', async () => {
    const lines = await read('json-lines', '{"mail":"a","email":"b"}', { mail: 'email' });
    expect(lines).toEqual([{ line: 1, fault: expect.stringContaining('two fields are email') }]);
  });

  it('with two members of one name are faults', async () => {
    const text = '{"email":"a","email":"b"}\n{"email":"c"}\n';
    expect(await readShort('json-lines', text)).toEqual([
      [1, 'fault'],
      [2, { email: 'c' }],
    ]);
  });

  it('hold U+2028 and lone carriage returns as any other character', async () => {
    expect(await read('json-lines', '{"email":"a","x":"1\u20282\u2029"}\n\r{"email":"b"}\n')).toEqual([
      { line: 1, record: { email: 'a', x: '1\u20282\u2029' } },
      { line: 2, record: { email: 'b' } },
    ]);
  });

  it('that are not UTF-8 are faults, and do not become other text', async () => {
    const text = Buffer.from('{"email":"a"}\n{"email":"\u00e9"}\n{"email":"b"}\n', 'latin1');
    expect(await readShort('json-lines', text)).toEqual([
      [1, { email: 'a' }],
      [2, 'fault'],
      [3, { email: 'b' }],
    ]);
  });
});

it.each(['[{"email":"a"}]\n', '\n[\n{"email":"a"},\n{"email":"b"}\n]\n'])(
  'an array in place of JSON lines is told once',
  async (text) => {
    await expect(read('json-lines', text)).rejects.toThrow('let its name end in .json');
  },
);

describe('CSV', () => {
  it('has its fields by the heading, in quotes or not', async () => {
    const text = '\ufeffmail, Roles ,note\r\na@b.example,admin member,"x, ""y"""\r\nc@d.example,,\r\n';
    expect(await read('csv', text, { mail: 'email' })).toEqual([
      { line: 2, record: { email: 'a@b.example', roles: 'admin member', note: 'x, "y"' } },
      { line: 3, record: { email: 'c@d.example', roles: '', note: '' } },
    ]);
  });

  it('has rows of several lines, which have the number of the first', async () => {
    expect(await read('csv', 'email,note\na,"1\n2\n"\nb,3\n')).toEqual([
      { line: 2, record: { email: 'a', note: '1\n2\n' } },
      { line: 5, record: { email: 'b', note: '3' } },
    ]);
  });

  it('with rows that do not fit has its other rows', async () => {
    expect(await readShort('csv', 'email,roles\na,member\nb\nc,member,more\nd,member\ne,"mem"ber\nf,member\n')).toEqual(
      [
        [2, { email: 'a', roles: 'member' }],
        [3, 'fault'],
        [4, 'fault'],
        [5, { email: 'd', roles: 'member' }],
        [6, 'fault'],
        [7, { email: 'f', roles: 'member' }],
      ],
    );
  });

  it.each([
    ['to the end', ''],
    ['before another cell in quotes', 'last,"member"\n'],
  ])('with a quote that never closes, %s, loses the line where it opens', async (_, end) => {
    const many = Array.from({ length: 600 }, (_row, index) => `p${index},member`);
    const text = ['email,roles', ...many.slice(0, 300), 'open,"member', ...many.slice(300), end].join('\n');
    const rows = await readShort('csv', text);
    expect(rows.filter(([, record]) => record === 'fault')).toEqual([[302, 'fault']]);
    expect(rows).toHaveLength(601 + (end === '' ? 0 : 1));
    const [open] = (await read('csv', text)).filter((one) => 'fault' in one);
    expect(open).toMatchObject({ fault: expect.stringContaining('quote') });
  });

  it.each([
    ['no heading', 'a@b.example,member\n', /the first line is a row/],
    ['semicolons', 'email;roles\na;member\n', /separated by ;/],
    ['tabs', 'email\troles\na\tmember\n', /separated by tabs/],
    ['an address of another name', 'mail,roles\na,member\n', /called email, but mail, roles/],
    ['two columns of one name', 'email,roles,roles\na,b,c\n', /two columns are called roles/],
    ['two columns of one name in another case', 'email,Email\na,b\n', /two columns are called email/],
    ['lines of carriage returns', 'email,roles\ra,member\r', /carriage returns/],
  ])('with %s is told once, instead of in every row', async (_, text, message) => {
    await expect(read('csv', text)).rejects.toThrow(message);
  });

  it('refuses another name for a field that no column has', async () => {
    await expect(read('csv', 'email\na\n', { pw: 'password_hash' })).rejects.toThrow('no column is called pw');
  });
});

describe('a JSON document', () => {
  it('is an array, or has users', async () => {
    for (const text of ['[{"email":"a"},2]', '\ufeff{"users":[{"email":"a"},2]}', '{"Users":[{"email":"a"},2]}']) {
      expect(await read('json', text)).toEqual([
        { line: 1, record: { email: 'a' } },
        { line: 2, record: 2 },
      ]);
    }
    for (const text of ['{"people":[]}', '{', '"users"'])
      await expect(read('json', text)).rejects.toThrow('no JSON array');
  });

  it('that has a record on each line is read so', async () => {
    expect(await read('json', '{"email":"a"}\n{"email":\n{"email":"b"}\n')).toEqual([
      { line: 1, record: { email: 'a' } },
      { line: 2, fault: 'not JSON' },
      { line: 3, record: { email: 'b' } },
    ]);
    expect(await read('json', '{"email":\n{"email":"b"}\n')).toHaveLength(2);
  });

  it.each([
    ['an array', (records: string) => `[${records}]`],
    ['an object', (records: string) => `{"total":3,"users" : [ ${records} ] , "realm":{"a":"]}"}}`],
  ])('that is %s has a fault where a record has two members of one name, or is not strict', async (_, write) => {
    const records = '{"email":"a"},{"email":"b","email":"c"},{"email":"\\"]","roles":[{"x":1,"x":2}]},{"email":"d"}';
    expect(await read('json', write(records))).toEqual([
      { line: 1, record: { email: 'a' } },
      { line: 2, fault: 'JSON with two members of one name' },
      { line: 3, fault: 'JSON with two members of one name' },
      { line: 4, record: { email: 'd' } },
    ]);
    expect(await readShort('json', write(`1e999,"\\ud800",${'['.repeat(40)}${']'.repeat(40)}`))).toEqual([
      [1, 'fault'],
      [2, 'fault'],
      [3, 'fault'],
    ]);
  });

  it('that is a single record with two members of one name is a fault', async () => {
    expect(await readShort('json', '{"email":"a",\n"email":"b"}')).toEqual([[1, 'fault']]);
  });

  it('with a list of accounts twice is refused', async () => {
    const text = '{"users":[{"email":"a"}],"\\u0075sers":[{"email":"b"}]}';
    await expect(read('json', text)).rejects.toThrow('it has the member users twice');
  });

  it('with accounts in users and in Users is refused', async () => {
    const text = '{"users":[{"email":"a"}],"Users":[{"email":"b"}]}';
    await expect(read('json', text, {}, ['Users'])).rejects.toThrow('two lists of accounts, users and Users');
    expect(await read('json', '{"users":[],"Users":[{"email":"b"}]}')).toEqual([{ line: 1, record: { email: 'b' } }]);
  });

  it.each([
    ['{"Users":[{"email":"a"}],"PaginationToken":"x"}', 'PaginationToken'],
    ['{"Users":[{"email":"a"}],"NextToken":"x"}', 'NextToken'],
    ['{"nextPageToken":"x","users":[{"email":"a"}]}', 'nextPageToken'],
    ['{"users":[{"email":"a"}],"next":"x"}', 'next'],
    ['{"start":0,"length":1,"total":2,"users":[{"email":"a"}]}', 'total'],
    ['{"users":[{"email":"a"}],"federatedUsers":[{"id":"x"}]}', 'federatedUsers'],
  ])('that tells of more accounts, %s, is refused unless they may be left', async (text, name) => {
    await expect(read('json', text)).rejects.toThrow(new RegExp(`^${name} .*--leave ${name}$`));
    const incomplete = new Set<string>();
    expect(await read('json', text, {}, [name], incomplete)).toEqual([{ line: 1, record: { email: 'a' } }]);
    expect([...incomplete]).toEqual([expect.stringContaining(name)]);
  });

  it.each(['"NextToken":null', '"nextPageToken":""', '"total":1', '"federatedUsers":[]'])(
    'is whole with %s',
    async (member) => {
      expect(await read('json', `{"users":[{"email":"a"}],${member}}`)).toHaveLength(1);
    },
  );

  it('that is a broken array is refused, although some of its lines are records', async () => {
    await expect(read('json', '[\n{"email":"a"},\n{"email":"b"}\n,]')).rejects.toThrow('no JSON array');
  });

  it('may be a single record', async () => {
    expect(await read('json', '{\n  "email": "a"\n}\n')).toEqual([{ line: 1, record: { email: 'a' } }]);
  });

  it('that is not UTF-8 is refused', async () => {
    await expect(read('json', Buffer.from('[{"email":"\u00e9"}]', 'latin1'))).rejects.toThrow('not in UTF-8');
  });
});

describe.each<Shape>(['json-lines', 'csv', 'json'])('a file of %s', (shape) => {
  const text = '[{"email":"a"}]';

  it.each([
    ['with a byte order mark', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['without one', Buffer.from(text, 'utf16le')],
    ['in the other order', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('in UTF-16 %s is named so', async (_, bytes) => {
    await expect(read(shape, bytes)).rejects.toThrow('is in UTF-16');
  });

  it('that is compressed is named so', async () => {
    await expect(read(shape, Buffer.from('1f8b0800', 'hex'))).rejects.toThrow('is compressed');
  });
});

it('the name of the file tells its shape', () => {
  expect(['a.jsonl', 'b.NDJSON', 'c.csv', 'd.e.json'].map(shapeOf)).toEqual([
    'json-lines',
    'json-lines',
    'csv',
    'json',
  ]);
  expect(() => shapeOf('users.txt')).toThrow('must end in');
});
