import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { publicApi } from './public-api.js';

type Operation = {
  security: object[];
  'x-roles'?: string[];
  parameters?: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: { required: string[] } }> };
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
};
type Document = { paths: Record<string, Record<string, Operation>> };

const document = publicApi() as Document;
const operation = (method: string, path: string) => document.paths[path]![method]!;
const parametersOf = (found: Operation, place: string) =>
  (found.parameters ?? []).filter((one) => one.in === place).map(({ name }) => name);

test('is what the committed file says: npm run openapi writes it anew', () => {
  const committed = readFileSync(new URL('../openapi.json', import.meta.url), 'utf8');
  expect(JSON.parse(committed)).toEqual(document);
});

test('states who may sign an order, what it sends and how it is refused (ORD-2)', () => {
  const sign = operation('post', '/api/memberships/{membershipId}/orders');
  expect(sign['x-roles']).toEqual(['member-orderer']);
  expect(parametersOf(sign, 'path')).toEqual(['membershipId']);
  expect(parametersOf(sign, 'header')).toEqual(['x-csrf-token', 'idempotency-key']);
  expect(sign.requestBody?.content['application/json']?.schema.required).toEqual(['lines']);
  expect(Object.keys(sign.responses)).toEqual(
    expect.arrayContaining(['201', '401', '403', '404', '409', '422', '503']),
  );
});

test('takes query parameters from the schema that checks them', () => {
  const search = operation('get', '/api/support/people');
  expect(parametersOf(search, 'query')).toEqual(
    expect.arrayContaining(['by', 'q', 'uai', 'reason', 'ticket', 'cursor', 'limit']),
  );
  const required = search.parameters?.filter((one) => one.required).map(({ name }) => name);
  expect(required).toEqual(['by', 'q']);
});

test('refuses in application/problem+json on every route but that of life', () => {
  const odd = Object.entries(document.paths)
    .filter(([path]) => path !== '/health/live')
    .flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { responses }]) =>
        Object.entries(responses)
          .filter(([status]) => status === 'default' || Number(status) >= 400)
          .filter(([, { content }]) => !content?.['application/problem+json'])
          .map(([status]) => `${method} ${path} ${status}`),
      ),
    );
  expect(odd).toEqual([]);
});
