import { problem } from '../schema/answers.ts';
import type { Description } from './description.ts';

const problems: Readonly<Record<number, string>> = {
  400: 'The body is not JSON', 401: 'Without the fleet token', 403: 'Closed by its owner', 413: 'The body is too long', 415: 'The body is of another type', 422: 'The body says what cannot be',
  426: 'Not a WebSocket', 429: 'Too often; Retry-After says when again', 503: 'Nothing can be said yet; Retry-After says when again',
};

/** The document of the API (OpenAPI 3.1) from what the routes say of themselves. */
export function openapiDocument(descriptions: readonly Description[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const description of descriptions) (paths[description.path] ??= {})[description.method] = operation(description);
  return {
    openapi: '3.1.0',
    info: { title: 'nearest-relay, the edge', version, license: { name: 'MIT', identifier: 'MIT' }, description: 'Which relay is nearest, from where clients are.' },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Problem: problem },
      responses: Object.fromEntries(Object.entries(problems).map(([status, description]) => [status, { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } }])),
      securitySchemes: { fleetToken: { type: 'http', scheme: 'bearer', description: 'FLEET_TOKEN; not wanted where the fleet is public' } },
    },
  };
}

function operation({ name, path, method, summary, description, guarded, body, answers, problems: statuses }: Description): object {
  const responses: Record<string, object> = {};
  for (const [status, answer] of Object.entries(answers)) responses[status] = { description: answer.description, ...contentOf(answer) };
  for (const status of statuses) {
    if (problems[status] === undefined) throw new Error(`${method} ${path}: nothing is said of the problem ${status}`);
    responses[status] = { $ref: `#/components/responses/${status}` };
  }
  return {
    operationId: name,
    summary,
    ...(description !== undefined && { description }),
    ...(guarded && { security: [{}, { fleetToken: [] }] }),
    ...(body && { requestBody: { required: true, description: body.description, content: { 'application/json': { schema: body.schema } } } }),
    responses,
  };
}

function contentOf({ type, schema }: Description['answers'][number]): object {
  if (type === undefined && schema === undefined) return {};
  return { content: { [type ?? 'application/json']: schema ? { schema } : {} } };
}
