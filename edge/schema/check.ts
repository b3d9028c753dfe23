import type { ProblemAt } from '../problem.ts';
import type { Schema } from './schema.ts';

/** Of the thousands that 16 KiB may hold nobody reads more. */
const most = 20;

type Fields = Readonly<Record<string, unknown>>;

/** Looks at a value, and notes what is wrong with it. */
type Look = (value: unknown, walk: Walk) => void;

interface Walk {
  readonly found: ProblemAt[];
  readonly path: (string | number)[];
  readonly isOurs: (key: string) => boolean;
}

/**
 * What is wrong with a body, the first twenty things, without a word of what was sent: keys of records show as `*`, unless the
 * schema lists them or `isOurs` knows them. However deep a body is, it is looked into no deeper than the schema goes.
 *
 * The schema is turned into functions once: reading it anew for each value takes ten times as long.
 */
export function createCheck(schema: Schema): (body: unknown, isOurs: (key: string) => boolean) => readonly ProblemAt[] {
  const look = lookOf(schema);
  return (body, isOurs) => {
    const walk: Walk = { found: [], path: [], isOurs };
    look(body, walk);
    return walk.found;
  };
}

function lookOf(schema: Schema): Look {
  const isRight = testOf(schema);
  const lookInside = insideOf(schema);
  return (value, walk) => {
    if (isRight(value)) lookInside?.(value, walk);
    else if (walk.found.length < most) walk.found.push({ path: pathOf(walk.path), message: value === undefined ? 'is missing' : messageOf(schema) });
  };
}

function below(look: Look, key: string | number, value: unknown, walk: Walk): void {
  walk.path.push(key);
  look(value, walk);
  walk.path.pop();
}

function insideOf({ properties, required = [], additionalProperties, propertyNames = {}, items }: Schema): Look | undefined {
  if (items) {
    const look = lookOf(items);
    return (value, walk) => (value as unknown[]).forEach((item, index) => below(look, index, item, walk));
  }
  if (properties) {
    const fields = Object.entries(properties).map(([name, of]) => ({ name, look: lookOf(of), isRequired: required.includes(name) }));
    return (value, walk) => {
      // JSON has no `undefined`: it is what is absent.
      for (const { name, look, isRequired } of fields) {
        const field = (value as Fields)[name];
        if (field !== undefined || isRequired) below(look, name, field, walk);
      }
    };
  }
  if (!additionalProperties) return undefined;
  const look = lookOf(additionalProperties);
  const isRightName = testOf(propertyNames);
  const lookAtName = lookOf(propertyNames);
  return (value, walk) => {
    for (const key in value as Fields) {
      const shown = propertyNames.enum?.includes(key) || walk.isOurs(key) ? key : '*';
      if (isRightName(key)) below(look, shown, (value as Fields)[key], walk);
      else below(lookAtName, shown, key, walk);
    }
  };
}

function testOf({ type, const: only, enum: some, minimum = -Infinity, maximum = Infinity, maxLength = Infinity }: Schema): (value: unknown) => boolean {
  if (some) return (value) => some.includes(value);
  switch (type) {
    case 'integer': return (value) => Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
    case 'number': return (value) => typeof value === type && (value as number) >= minimum && (value as number) <= maximum;
    case 'string': return (value) => typeof value === type && (value as string).length <= maxLength;
    case 'boolean': return (value) => typeof value === type;
    case 'array': return (value) => Array.isArray(value);
    case 'object': return (value) => typeof value === type && value !== null && !Array.isArray(value);
    default: return (value) => only === undefined || value === only;
  }
}

function messageOf({ type, const: only, enum: some, minimum, maximum, maxLength }: Schema): string {
  if (some) return `must be one of ${some.join(', ')}`;
  const bound = maximum !== undefined ? ` from ${minimum} to ${maximum}` : maxLength !== undefined ? ` of at most ${maxLength} characters` : '';
  return `must be ${type ?? String(only)}${bound}`;
}

/** As `regions.7.kinds.tcp.ms`, `notes[0].code`. */
const pathOf = (keys: readonly (string | number)[]): string => keys.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');
