import { globSync, readFileSync } from 'node:fs';

/**
 * Goal: a count is a number for whoever reads JSON, and nothing that may be large is cut. Method: every field of a
 * number in the contract is int32, save those whose name says cents or account-days, and the numbers of logs and journals.
 */
const fields = globSync('proto/**/*.proto').flatMap((file) =>
  [
    ...readFileSync(file, 'utf8').matchAll(
      /^\s*(?:optional |repeated )?([su]?int(?:32|64)|s?fixed(?:32|64)|float|double) (\w+) =/gm,
    ),
  ].map(([, type, name = '']) => ({ file, type, name })),
);
const numbersOfLogs = /\/operations\/|\/http\//;
const mayBeLarge = /_cents$|account_days(_now)?$|^audit_entry_id$|^bytes$/;

test('counts are int32', () => {
  expect(fields.length).toBeGreaterThan(200);
  expect(
    fields.filter(
      ({ file, type, name }) =>
        type !== 'int32' &&
        !(type === 'int64' && (mayBeLarge.test(name) || numbersOfLogs.test(file))),
    ),
  ).toEqual([]);
});

test('cents are never int32: an invoice of 22 million euros would not fit', () => {
  expect(fields.filter(({ type, name }) => type !== 'int64' && /_cents$/.test(name))).toEqual([]);
});
