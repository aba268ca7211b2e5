import { isDeepStrictEqual } from 'node:util';

export type Item = Readonly<Record<string, unknown>>;

/** What an expression's placeholders stand for. */
export interface Meanings {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

type Operand = (item: Item, meanings: Meanings) => unknown;
export type Predicate = (item: Item, meanings: Meanings) => boolean;

const token = /<=|>=|<>|[=<>(),+-]|[#:]?\w+/g;

/** The words of an expression, read one after the other. */
export class Words {
  readonly #words: readonly string[];
  #next = 0;

  constructor(expression: string) {
    this.#words = expression.match(token) ?? [];
    // What no word takes up would be passed over, and a condition with it.
    const rest = expression.replaceAll(token, '').trim();
    if (rest !== '') throw new Error(`the memory cannot read ${rest} in ${expression}`);
  }

  peek(): string | undefined {
    return this.#words[this.#next];
  }

  take(): string {
    const word = this.#words[this.#next++];
    if (word === undefined) throw new Error('the expression ends too soon');
    return word;
  }

  /** Takes the word if it is the next one. */
  skip(word: string): boolean {
    if (this.peek() !== word) return false;
    this.#next += 1;
    return true;
  }

  expect(word: string): void {
    const found = this.take();
    if (found !== word) throw new Error(`the memory expected ${word} where ${found} is`);
  }
}

const conditions = new Map<string, Predicate>();

/** A condition, key condition or filter as DynamoDB reads it, parsed once. */
export function condition(expression: string): Predicate {
  const known = conditions.get(expression);
  if (known) return known;
  const words = new Words(expression);
  const parsed = either(words);
  if (words.peek() !== undefined) throw new Error(`the memory cannot read ${expression} from ${words.peek()} on`);
  conditions.set(expression, parsed);
  return parsed;
}

function either(words: Words): Predicate {
  const parts = [both(words)];
  while (words.skip('OR')) parts.push(both(words));
  return (item, meanings) => parts.some((part) => part(item, meanings));
}

function both(words: Words): Predicate {
  const parts = [single(words)];
  while (words.skip('AND')) parts.push(single(words));
  return (item, meanings) => parts.every((part) => part(item, meanings));
}

function single(words: Words): Predicate {
  if (words.skip('NOT')) {
    const part = single(words);
    return (item, meanings) => !part(item, meanings);
  }
  if (words.skip('(')) {
    const part = either(words);
    words.expect(')');
    return part;
  }
  const name = words.peek() ?? '';
  return name in functions ? call(words, words.take()) : comparison(words);
}

const functions: Readonly<Record<string, (of: unknown, other: unknown) => boolean>> = {
  attribute_exists: (of) => of !== undefined,
  attribute_not_exists: (of) => of === undefined,
  begins_with: (of, other) => typeof of === 'string' && of.startsWith(String(other)),
  contains: (of, other) =>
    typeof of === 'string'
      ? of.includes(String(other))
      : (of instanceof Set && of.has(other)) || (Array.isArray(of) && of.includes(other)),
};

function call(words: Words, name: string): Predicate {
  words.expect('(');
  const of = operand(words);
  const other = words.skip(',') ? operand(words) : undefined;
  words.expect(')');
  const holds = functions[name];
  return (item, meanings) => holds?.(of(item, meanings), other?.(item, meanings)) ?? false;
}

function comparison(words: Words): Predicate {
  const left = operand(words);
  const operator = words.take();
  if (operator === 'BETWEEN') {
    const from = operand(words);
    words.expect('AND');
    const to = operand(words);
    return (item, meanings) => {
      const value = left(item, meanings);
      return compares(value, '>=', from(item, meanings)) && compares(value, '<=', to(item, meanings));
    };
  }
  if (operator === 'IN') {
    const among = list(words);
    return (item, meanings) => among.some((one) => compares(left(item, meanings), '=', one(item, meanings)));
  }
  const right = operand(words);
  return (item, meanings) => compares(left(item, meanings), operator, right(item, meanings));
}

function list(words: Words): Operand[] {
  words.expect('(');
  const among = [operand(words)];
  while (words.skip(',')) among.push(operand(words));
  words.expect(')');
  return among;
}

/** Values of two types are different, and neither is the greater. */
function compares(left: unknown, operator: string, right: unknown): boolean {
  if (operator === '=') return left !== undefined && isDeepStrictEqual(left, right);
  if (operator === '<>') return !isDeepStrictEqual(left, right);
  const isNumbers = typeof left === 'number' && typeof right === 'number';
  const isTexts = typeof left === 'string' && typeof right === 'string';
  if (!isNumbers && !isTexts) return false;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  if (operator === '>') return left > right;
  if (operator === '>=') return left >= right;
  throw new Error(`the memory does not know the operator ${operator}`);
}

/** A value, an attribute by its name or placeholder, or `if_not_exists` of the two. */
export function operand(words: Words): Operand {
  const word = words.take();
  if (word === 'if_not_exists') {
    words.expect('(');
    const first = operand(words);
    words.expect(',');
    const second = operand(words);
    words.expect(')');
    return (item, meanings) => first(item, meanings) ?? second(item, meanings);
  }
  if (word.startsWith(':')) return (_, { values }) => defined(values[word], word);
  return (item, { names }) => item[attributeOf(word, names)];
}

export function attributeOf(word: string, names: Meanings['names']): string {
  return word.startsWith('#') ? defined(names[word], word) : word;
}

function defined<T>(value: T | undefined, word: string): T {
  if (value === undefined) throw new Error(`${word} stands for nothing`);
  return value;
}
