import { readFileSync } from 'node:fs';
import { allTopics, headers } from '#libs/contracts';

/**
 * Goal: `proto/README.md` tells every topic with its events, and every header of the envelope. Method: its table and its
 * sentence about headers, against what the code sends.
 */
const page = readFileSync('proto/README.md', 'utf8');
const rows = page
  .split('\n')
  .map((line) => line.split(' | '))
  .filter(([topic = '', , events]) => /^\| `[a-z.]+\.v1`/.test(topic) && events !== undefined)
  .flatMap(([topic = '', , events = '']) =>
    [...topic.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => ({
      topic: name,
      events: events
        .replace(/ \([^)]*\)/g, '')
        .split(', ')
        .sort(),
    })),
  );

test('every topic stands there with its events, and none besides', () => {
  const sent = allTopics.map(({ name, events }) => ({
    topic: name,
    events: events.map((event) => event.name).sort(),
  }));
  const inOrder = (all: typeof rows) => all.sort((a, b) => (a.topic < b.topic ? -1 : 1));
  expect(inOrder(rows)).toEqual(inOrder(sent));
});

test('every header of the envelope is named there', () => {
  const sentence =
    page.split('\n').find((line) => line.startsWith('The envelope of an event')) ?? '';
  expect(Object.values(headers).filter((name) => !sentence.includes(`\`${name}\``))).toEqual([]);
});
