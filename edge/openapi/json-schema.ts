import type { GenericSchema } from 'valibot';

/** What is read of a valibot schema: they describe themselves, if not to the compiler. */
interface SchemaLike {
  readonly type: string;
  readonly entries?: Readonly<Record<string, SchemaLike>>;
  readonly key?: SchemaLike;
  readonly value?: SchemaLike;
  readonly item?: SchemaLike;
  readonly wrapped?: SchemaLike;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly requirement?: unknown;
  readonly pipe?: readonly SchemaLike[];
}

/** What an action of a pipe adds. */
const actions: Readonly<Record<string, (requirement: unknown) => object>> = {
  integer: () => ({ type: 'integer' }),
  min_value: (minimum) => ({ minimum }),
  max_value: (maximum) => ({ maximum }),
  max_length: (maxLength) => ({ maxLength }),
};

/** A schema as JSON Schema 2020-12. Throws on what the routes do not use so far: nothing is left out of the document silently. */
export const jsonSchema = (schema: GenericSchema): object => convert(schema as unknown as SchemaLike);

function convert(schema: SchemaLike): object {
  const [, ...rest] = schema.pipe ?? [];
  return Object.assign(bare(schema), ...rest.map(({ type, requirement }) => {
    const action = Object.hasOwn(actions, type) ? actions[type] : undefined;
    if (!action) throw new Error(`no JSON Schema for the action ${type}`);
    return action(requirement);
  })) as object;
}

function bare(schema: SchemaLike): object {
  const { type, entries = {}, key, value, item, wrapped, options = [], literal } = schema;
  switch (type) {
    case 'string': case 'boolean': case 'number':
      return { type };
    case 'picklist':
      return { enum: options };
    case 'literal':
      return { const: literal };
    case 'array':
      return { type, items: item && convert(item) };
    case 'record':
      return { type: 'object', propertyNames: key && convert(key), additionalProperties: value && convert(value) };
    case 'optional':
      if (wrapped) return convert(wrapped);
      break;
    case 'object': {
      const required = Object.keys(entries).filter((name) => entries[name]?.type !== 'optional');
      return { type, properties: Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, convert(entry)])), ...(required.length > 0 && { required }) };
    }
  }
  throw new Error(`no JSON Schema for ${type}`);
}
