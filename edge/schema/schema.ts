/**
 * JSON Schema (2020-12), as much of it as bodies here need. Bodies are checked against the very object that the API's document
 * prints.
 */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
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

/** Other fields may be there, and are not looked at: a newer client may post to an older edge. */
export const object = (required: Readonly<Record<string, Schema>>, optional: Readonly<Record<string, Schema>> = {}): Schema =>
  ({ type: 'object', properties: { ...required, ...optional }, required: Object.keys(required) });

/** An object whose keys are whoever's that writes it. */
export const record = (propertyNames: Schema, additionalProperties: Schema): Schema => ({ type: 'object', propertyNames, additionalProperties });

export const list = (items: Schema): Schema => ({ type: 'array', items });
