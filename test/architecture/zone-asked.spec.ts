import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * Goal: whatever may say something else in another time zone is tried in two (`test/support/jest/zone-asked.cjs`).
 * Method: each way to ask for the zone is seen where the run looks for it, the first in which `npm test` runs these; what
 * says the same everywhere is not, so that it runs once. In the other zone, and where nobody looks, nothing is watched.
 */
const { begin, isAsked } = createRequire(import.meta.url)('../support/jest/zone-asked.cjs') as {
  begin(): void;
  isAsked(): boolean;
};
const isWatched = process.env['ZONE_ASKED_BY'] !== undefined;
const made = new Intl.DateTimeFormat('fr-FR');

const asking: Readonly<Record<string, () => unknown>> = {
  'a date of its parts': () => new Date(2022, 0, 1),
  'a text of an hour without a zone': () => new Date('2022-01-01T00:00:00'),
  'a text in words': () => Date.parse('1 January 2022'),
  'the text of now': () => Date(),
  'an hour': () => new Date(0).getHours(),
  'a day that is set': () => new Date(0).setDate(3),
  'the distance from UTC': () => new Date(0).getTimezoneOffset(),
  'a date in a text': () => `${new Date(0)}`,
  'a date of a place': () => new Date(0).toLocaleDateString('fr-FR'),
  'a format': () => new Intl.DateTimeFormat('fr-FR'),
  'a format of before': () => made.format(0),
  'parts of a format of before': () => made.formatToParts(0),
};

const notAsking: Readonly<Record<string, () => unknown>> = {
  now: () => new Date(),
  'an instant': () => new Date('2022-01-01T00:00:00.123Z'),
  'an instant with its distance': () => Date.parse('2022-01-01T00:00:00+01:00'),
  'a day': () => new Date('2022-01-01').getUTCDate(),
  'a copy': () => new Date(new Date(0)).toISOString(),
  'parts of UTC': () => Date.UTC(2022, 0, 1),
  'a date as JSON': () => JSON.stringify([new Date(0)]),
  'a date of a place, in a zone': () =>
    new Date(0).toLocaleDateString('fr-FR', { timeZone: 'Europe/Paris' }),
  'a format of a zone': () =>
    new Intl.DateTimeFormat('fr-FR', { timeZone: 'Europe/Paris' }).format(0),
};

test.each(Object.entries(asking))('%s asks for the zone', (_what, ask) => {
  begin();
  ask();
  expect(isAsked()).toBe(isWatched);
});

test.each(Object.entries(notAsking))('%s does not', (_what, ask) => {
  begin();
  ask();
  expect(isAsked()).toBe(false);
});

test('a date is what it was, and so is who asks whether it is one', () => {
  class Later extends Date {}
  expect(new Date(0)).toBeInstanceOf(Date);
  expect(new Later(0)).toBeInstanceOf(Later);
  expect(new Date(0).constructor).toBe(Date);
  expect(new Date(2022, 0, 1).getMonth()).toBe(0);
  expect(new Intl.DateTimeFormat('fr-FR', { timeZone: 'UTC' }).format(0)).toBe('01/01/1970');
});

/** A module is kept from file to file: what it asked while it was read, nobody would see of a later one. */
test('no module of the product asks for the zone while it is read', () => {
  const constant =
    /^(?:export )?const [^;=]*=(?! *\()[^;]*?(?:new Date\([^)]|Date\.parse|DateTimeFormat\()[^;]*;/gm;
  const found = globSync('{apps,libs}/*/src/**/*.ts')
    .filter((path) => !path.endsWith('spec.ts'))
    .flatMap((path) => readFileSync(path, 'utf8').match(constant) ?? [])
    .filter((text) => !text.includes('=>') && !text.includes('timeZone:'));
  expect(found).toEqual([]);
});
