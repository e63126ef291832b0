import { globSync, readFileSync } from 'node:fs';

/**
 * Goal: the work that a service does by itself begins with it. Method: each class of a service with a hook at the start is a
 * provider or a controller of a module, beyond its import: a class that no module lists never runs, and nothing fails.
 */
const read = (pattern: string) => globSync(pattern).map((path) => readFileSync(path, 'utf8'));
const modules = read('apps/*/src/**/*.module.ts')
  .join('\n')
  .replace(/^import[\s\S]*?;$/gm, '');
const beginning = read('apps/*/src/**/*.ts').flatMap((text) =>
  [
    ...text.matchAll(
      /class (\w+)[^{]*?implements [^{]*?(?:OnApplicationBootstrap|OnModuleInit)\b/g,
    ),
  ].map(([, name]) => name!),
);

test('finds the classes that begin with their service', () => {
  expect(beginning).toEqual(
    expect.arrayContaining(['CalendarScheduler', 'CheckDocumentsScheduler', 'RecountScheduler']),
  );
});

test.each(beginning)('%s is listed by a module', (name) => {
  expect(modules).toMatch(new RegExp(`\\b${name}\\b`));
});
