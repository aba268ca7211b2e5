import { attributeOf, type Item, type Meanings, operand, Words } from './expressions.ts';

type Change = (item: Record<string, unknown>, before: Item, meanings: Meanings) => void;

const updates = new Map<string, readonly Change[]>();
const sections = ['SET', 'REMOVE', 'ADD', 'DELETE'];

/** The item after an update expression, parsed once; what it says of the item is of the one before. */
export function updated(before: Item, expression: string, meanings: Meanings): Item {
  const changes = updates.get(expression) ?? parse(expression);
  updates.set(expression, changes);
  const item = { ...before };
  for (const change of changes) change(item, before, meanings);
  return item;
}

function parse(expression: string): readonly Change[] {
  const words = new Words(expression);
  const changes: Change[] = [];
  while (words.peek() !== undefined) {
    const section = words.take();
    if (!sections.includes(section)) throw new Error(`the memory cannot read ${expression} from ${section} on`);
    do changes.push(changeIn(section, words));
    while (words.skip(','));
  }
  return changes;
}

function changeIn(section: string, words: Words): Change {
  const word = words.take();
  if (section === 'REMOVE') {
    return (item, _, { names }) => {
      delete item[attributeOf(word, names)];
    };
  }
  if (section === 'SET') words.expect('=');
  const first = operand(words);
  if (section !== 'SET') {
    return (item, before, meanings) => {
      const name = attributeOf(word, meanings.names);
      item[name] =
        section === 'ADD' ? sum(before[name], first(before, meanings)) : without(before[name], first(before, meanings));
    };
  }
  const sign = words.skip('+') ? 1 : words.skip('-') ? -1 : 0;
  const second = sign === 0 ? undefined : operand(words);
  return (item, before, meanings) => {
    const value = first(before, meanings);
    const other = second?.(before, meanings);
    item[attributeOf(word, meanings.names)] = second ? Number(value) + sign * Number(other) : value;
  };
}

function sum(before: unknown, added: unknown): unknown {
  if (added instanceof Set) return new Set([...(before instanceof Set ? before : []), ...added]);
  return Number(before ?? 0) + Number(added);
}

function without(before: unknown, removed: unknown): unknown {
  const left = new Set(before instanceof Set ? before : []);
  for (const one of removed instanceof Set ? removed : []) left.delete(one);
  return left.size > 0 ? left : undefined;
}
