/** JSON Schema, as far as the document of the API uses it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

/** Where a value is not as the schema wants it. */
export function validate(schema: Schema, value: unknown, named: Readonly<Record<string, Schema>>, path = ''): string[] {
  const target = schema.$ref === undefined ? schema : named[schema.$ref.split('/').at(-1) ?? ''];
  if (!target) return [`${path}: no schema ${schema.$ref}`];
  const { properties = {}, required = [], additionalProperties, propertyNames, items } = target;
  const wrong = isWrong(target, value) ? [path] : [];
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (Array.isArray(value)) return [...wrong, ...value.flatMap((item, index) => (items ? validate(items, item, named, below(String(index))) : []))];
  if (typeof value !== 'object' || value === null) return wrong;
  for (const name of required) if (!Object.hasOwn(value, name)) wrong.push(below(name));
  for (const [name, member] of Object.entries(value)) {
    if (propertyNames) wrong.push(...validate(propertyNames, name, named, below(name)));
    const of = properties[name] ?? additionalProperties;
    if (of) wrong.push(...validate(of, member, named, below(name)));
  }
  return wrong;
}

function isWrong({ type, const: only, enum: some, minimum = -Infinity, maximum = Infinity, maxLength = Infinity }: Schema, value: unknown): boolean {
  const found = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  if (type === 'integer' ? !Number.isInteger(value) : type !== undefined && found !== type) return true;
  if (only !== undefined && value !== only) return true;
  if (some && !some.includes(value)) return true;
  if (typeof value === 'number') return value < minimum || value > maximum;
  return typeof value === 'string' && value.length > maxLength;
}
