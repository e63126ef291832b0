import { readFileSync } from 'node:fs';
import { goldenLines } from './golden-lines.js';
import { changesBetween, listedIn, untold } from './listed-changes.js';
import { type OpenApi, restLinesOf, roleLinesOf } from './rest-lines.js';

/**
 * Goal: nothing changes for a REST client that is not written down, field by field, with its reason.
 * Method: the description of the last time it was taken is kept; each line of it that is gone and
 * each that is new stands in rest-changes/. That the description is that of the running routes is
 * shown by openapi-routes.e2e-spec.
 */
const folder = new URL('./rest-changes', import.meta.url).pathname;
const read = (file: string) =>
  JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as OpenApi;
const before = read('./openapi-before.json');
const now = read('../../apps/console/openapi.json');

test('changes nothing for a REST client that rest-changes/ does not list (npm run openapi:diff)', () => {
  const changes = changesBetween(restLinesOf(before), restLinesOf(now));
  expect(untold(changes, listedIn(folder))).toEqual({
    unlisted: [],
    outdated: [],
    withoutReason: [],
  });
});

test('keeps the table of routes and roles of before, from which the changes count', () => {
  const roles = roleLinesOf(before);
  expect(goldenLines('./roles-of-routes.txt', () => roles)).toEqual(roles);
  expect(roles.length).toBe(156);
});

describe('the comparison', () => {
  const api = (schema: object, roles = ['admin']): OpenApi =>
    ({
      paths: {
        '/api/x': {
          get: {
            'x-roles': roles,
            parameters: [{ name: 'q', in: 'query', required: true, schema: { type: 'string' } }],
            responses: { 200: { content: { 'application/json': { schema } } } },
          },
        },
      },
    }) as OpenApi;
  const line = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
  const answer = (items: object) => ({
    type: 'object',
    properties: { lines: { type: 'array', items } },
  });
  const between = (left: OpenApi, right: OpenApi) =>
    changesBetween(restLinesOf(left), restLinesOf(right));

  test('sees a field that is gone, is new, has another type or bound, or may be absent', () => {
    const other = {
      type: 'object',
      properties: { n: { type: 'string', maxLength: 3 }, more: { type: 'boolean' } },
    };
    expect(between(api(answer(line)), api(answer(other)))).toEqual([
      '+ get /api/x : answer 200.lines[].more : optional boolean',
      '- get /api/x : answer 200.lines[].n : integer',
      '+ get /api/x : answer 200.lines[].n : optional string maxLength=3',
    ]);
  });

  test('sees a role that is gone, and no other order of roles', () => {
    const both = api(answer(line), ['admin', 'dpo']);
    expect(between(both, api(answer(line), ['dpo', 'admin']))).toEqual([]);
    expect(between(both, api(answer(line)))).toEqual([
      '+ get /api/x : roles admin',
      '- get /api/x : roles admin dpo',
    ]);
  });

  test('demands a reason, every change, and no change that is none', () => {
    const groups = [{ file: 'a.json', why: '', changes: ['+ b', '- gone again'] }];
    expect(untold(['+ b', '- c'], groups)).toEqual({
      unlisted: ['- c'],
      outdated: ['a.json: - gone again'],
      withoutReason: ['a.json'],
    });
  });
});
