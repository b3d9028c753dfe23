import type { ProblemAt } from '../problem.ts';
import type { Schema } from './schema.ts';

/** Of the thousands that 16 KiB may hold nobody reads more. */
const most = 20;

type Fields = Readonly<Record<string, unknown>>;

type Test = (value: unknown) => boolean;

/**
 * What is wrong with a body, the first twenty things, without a word of what was sent: keys of records show as `*`, unless the
 * schema lists them or `isOurs` knows them. However deep a body is, it is looked into no deeper than the schema goes.
 *
 * Most bodies are right, which a few functions made of the schema find out ten times as fast as who reads it for each value.
 */
export function createCheck(schema: Schema): (body: unknown, isOurs: (key: string) => boolean) => readonly ProblemAt[] {
  const isRight = deepTestOf(schema);
  return (body, isOurs) => (isRight(body) ? [] : problemsIn(schema, body, isOurs));
}

function deepTestOf(schema: Schema): Test {
  const isRight = testOf(schema);
  const { properties, required = [], additionalProperties, propertyNames = {}, items } = schema;
  if (items) {
    const isItem = deepTestOf(items);
    return (value) => isRight(value) && (value as unknown[]).every((item) => isItem(item));
  }
  if (properties) {
    const names = Object.keys(properties);
    const tests = names.map((name) => deepTestOf(properties[name] ?? {}));
    // JSON has no `undefined`: it is what is absent.
    const mayLack = names.map((name) => !required.includes(name));
    return (value) => isRight(value) && tests.every((test, at) => {
      const field = (value as Fields)[names[at] as string];
      return field === undefined ? mayLack[at] : test(field);
    });
  }
  if (!additionalProperties) return isRight;
  const [isName, isEntry] = [testOf(propertyNames), deepTestOf(additionalProperties)];
  return (value) => {
    if (!isRight(value)) return false;
    for (const key in value as Fields) if (!isName(key) || !isEntry((value as Fields)[key])) return false;
    return true;
  };
}

/** The same once more, with an eye on where. */
function problemsIn(schema: Schema, body: unknown, isOurs: (key: string) => boolean): readonly ProblemAt[] {
  const found: ProblemAt[] = [];
  function look(of: Schema, value: unknown, path: string): void {
    const { properties = {}, required = [], additionalProperties, propertyNames = {}, items } = of;
    if (found.length >= most) return;
    if (!testOf(of)(value)) {
      found.push({ path, message: value === undefined ? 'is missing' : messageOf(of) });
      return;
    }
    const fields = value as Fields;
    const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
    if (items) for (const [index, item] of (value as unknown[]).entries()) look(items, item, `${path}[${index}]`);
    for (const name in properties) if (fields[name] !== undefined || required.includes(name)) look(properties[name] ?? {}, fields[name], below(name));
    if (!additionalProperties) return;
    for (const key in fields) {
      const shown = below(propertyNames.enum?.includes(key) || isOurs(key) ? key : '*');
      if (testOf(propertyNames)(key)) look(additionalProperties, fields[key], shown);
      else look(propertyNames, key, shown);
    }
  }
  look(schema, body, '');
  return found;
}

function testOf({ type, const: only, enum: some, minimum = -Infinity, maximum = Infinity, maxLength = Infinity }: Schema): Test {
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
