import * as z from 'zod/mini';
import { once } from '../contract/once.ts';

export const stageNames = ['local', 'dev', 'prod'] as const;
export type StageName = (typeof stageNames)[number];

/**
 * How a value is written where there is only text: behind `-c name=`, in an environment variable, in an output. A text
 * that decodes to no valid value is refused.
 */
export type Text<Value> = z.ZodMiniType<Value, string>;

export interface Setting<Value, Output extends boolean = boolean> {
  readonly text: Text<Value>;
  /** What each stage begins with. */
  readonly values: Readonly<Record<StageName, Value | undefined>>;
  /** What reads `-c name=`; undefined when the stage alone decides. */
  readonly given: ((stage: StageName) => Text<Value>) | undefined;
  /** An example, for the message that asks the deployment for a value that its stage does not have. */
  readonly example: string | undefined;
  /** Whether it is an output of the deployment, for the operator's tool. */
  readonly output: Output;
}

interface Options<Value, Output extends boolean = false> {
  /** A function: a Lambda makes the schemas of its own settings alone. */
  readonly text: () => Text<Value>;
  /** The value of each stage that has none of its own. */
  readonly default?: NoInfer<Value>;
  readonly local?: NoInfer<Value>;
  readonly dev?: NoInfer<Value>;
  readonly prod?: NoInfer<Value>;
  /** Whether `-c` may change it; a function when `-c` gives only a part of the value. */
  readonly context?: true | ((own: NoInfer<Value> | undefined) => Text<NoInfer<Value>>);
  readonly example?: string;
  readonly output?: Output;
}

/** A setting that every deployment has: from its stage, or by `-c`. */
export function setting<Value, Output extends boolean = false>(
  options: Options<Value, Output>,
): Setting<Value, Output | false> {
  const { context, example, output = false } = options;
  const text = once(options.text);
  const own = (stage: StageName) => options[stage] ?? options.default;
  return {
    get text() {
      return text();
    },
    values: { local: own('local'), dev: own('dev'), prod: own('prod') },
    given: context && ((stage) => (context === true ? text() : context(own(stage)))),
    example,
    output,
  };
}

/** A setting that a deployment need not have. */
export function optionalSetting<Value>(options: Options<Value>): Setting<Value, false> & { readonly optional: true } {
  const { values, given, example, output } = setting(options);
  const text = once(options.text);
  return {
    get text() {
      return text();
    },
    values,
    given,
    example,
    output,
    optional: true,
  };
}

/**
 * What a stage begins with.
 *
 * @throws Error where the stage has no value of its own.
 */
export function ownValue<Value>({ values }: Setting<Value>, stage: StageName): Value {
  const own = values[stage];
  if (own === undefined) throw new Error(`the stage ${stage} has no value of its own`);
  return own;
}

/** A whole number in decimal digits. */
export function wholeNumber({ min = 0, max = Number.MAX_SAFE_INTEGER } = {}): Text<number> {
  return numberText(z.int().check(z.gte(min), z.lte(max)));
}

/** One of a few numbers. */
export function oneNumberOf<Value extends number>(...values: readonly Value[]): Text<Value> {
  return numberText(z.literal(values));
}

function numberText<Value extends number>(schema: z.ZodMiniType<Value, number>): Text<Value> {
  return z.codec(z.string().check(z.regex(/^(0|[1-9]\d{0,15})$/, 'is no whole number in decimal digits')), schema, {
    decode: Number,
    encode: String,
  });
}

/** `true` or `false`, and no other spelling. */
export const flag: Text<boolean> = z.codec(z.enum(['true', 'false']), z.boolean(), {
  decode: (text) => text === 'true',
  encode: (value) => (value ? 'true' : 'false'),
});

/** Texts of one kind, separated by spaces or commas. */
export function list(item: z.ZodMiniType<string, string>): Text<readonly string[]> {
  return z.codec(z.string(), z.readonly(z.array(item)), {
    decode: (text) => text.split(/[\s,]+/).filter(Boolean),
    encode: (items) => items.join(' '),
  });
}

export function json<Value>(schema: z.ZodMiniType<Value, Value>): Text<Value> {
  return z.codec(z.string(), schema, {
    decode(text, context) {
      if (/[:[,]\s*-?\d+(\.\d+)?e/i.test(text)) {
        context.issues.push({ code: 'custom', message: 'has a number with an exponent: write it out', input: text });
        return z.NEVER;
      }
      try {
        return JSON.parse(text);
      } catch {
        context.issues.push({ code: 'custom', message: 'is no JSON', input: text });
        return z.NEVER;
      }
    },
    encode: (value) => JSON.stringify(value),
  });
}
