import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { makeDocument } from '../../edge/openapi/make.ts';
import { createRig, reportOf } from './rig.ts';
import { validate, type Schema } from './validate.ts';

interface Operation {
  readonly operationId: string;
  readonly security?: object[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
  readonly responses: Readonly<Record<string, Answer & { readonly $ref?: string }>>;
}
interface Answer {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>>; readonly responses: Readonly<Record<string, Answer>> };
}

const document = makeDocument(manifest.version) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));

describe('the document', () => {
  it('was made from the routes as they are: npm run build makes it', async () => {
    expect(JSON.parse(await readFile(join(import.meta.dirname, '../../edge/openapi/document.json'), 'utf8'))).toEqual(document);
  });

  it('is served', async () => {
    expect(await (await createRig().get('/openapi.json')).json()).toEqual(document);
  });

  it('has every route of the app, and no other', () => {
    const { app } = createRig();
    const routes = app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`);
    expect([...new Set(routes)].sort()).toEqual(operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`).sort());
  });

  it('names each operation once', () => {
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  });

  it('refers to problems that it describes, and describes none that no route has', () => {
    const named = operations.flatMap(({ operation }) => Object.entries(operation.responses).flatMap(([status, { $ref }]) => ($ref === undefined ? [] : [[status, $ref]])));
    for (const [status, $ref] of named) expect($ref).toBe(`#/components/responses/${status}`);
    expect([...new Set(named.map(([status]) => status))].sort()).toEqual(Object.keys(document.components.responses).sort());
  });

  it('says which want the token', () => {
    expect(operations.filter(({ operation }) => operation.security).map(({ path }) => path)).toEqual(['/v1/fleet', '/metrics']);
  });
});

describe('answers are as the document says', () => {
  it.each(operations)('$method $path', async ({ path, method, operation }) => {
    const rig = createRig();
    await rig.get('/v1/latency');
    await rig.settle();
    const got = method === 'get' ? await rig.get(path) : await rig.post(reportOf());
    const answer = operation.responses[got.status];
    const [type] = (got.headers.get('content-type') ?? '').split(';');
    const content = answer?.content?.[type ?? ''];
    expect([got.status, type, answer !== undefined, content !== undefined]).toEqual([got.status, type, true, answer?.content !== undefined]);
    if (content?.schema) expect(validate(content.schema, await got.json(), document.components.schemas)).toEqual([]);
  });

  it('problems, too', async () => {
    const rig = createRig({ access: { token: 'x' } });
    const problem = document.components.schemas['Problem'];
    if (!problem) throw new Error('no schema of a problem');
    for (const got of [await rig.get('/nowhere'), await rig.get('/metrics'), await rig.post('{}'), await rig.post('{'), await rig.post({ ...reportOf(), udp: 1 })]) {
      expect(validate(problem, await got.json(), {})).toEqual([]);
    }
  });

  it('a report of the library is what the document asks for, and the schema refuses what the app refuses', () => {
    const schema = document.paths['/v1/reports']?.['post']?.requestBody?.content['application/json'].schema;
    if (!schema) throw new Error('no schema of the body');
    expect(validate(schema, reportOf(), {})).toEqual([]);
    expect(validate(schema, { ...reportOf(), full: 1 }, {})).toEqual(['full']);
  });
});
