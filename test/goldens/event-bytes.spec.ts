import { type DescMessage, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import { reflect, type ReflectMessage } from '@bufbuild/protobuf/reflect';
import { allTopics } from '#libs/contracts';
import { filledEvents } from './filled-events.js';
import { goldenLines } from './golden-lines.js';

/**
 * Goal: an event written before reads as it did, and one written now has the same bytes, whatever
 * becomes of the types in TypeScript. Method: one filled message of each event type against its
 * committed bytes. An input may change its literals (`12n` to `12`), never the bytes. A new field
 * makes its type's line grow: GOLDENS=write writes it, and the diff shows that nothing else moved.
 */
const hexOf = ({ schema, message }: { schema: DescMessage; message: Message }) =>
  Buffer.from(toBinary(schema, message)).toString('hex');
const today = filledEvents.map((event) => `${event.schema.typeName} ${hexOf(event)}`.trimEnd());
const golden = goldenLines('./event-bytes.txt', () => today);

test('writes every event with the bytes of before', () => {
  expect(today).toEqual(golden);
});

test('reads from the bytes of before what was written', () => {
  const bytes = new Map(golden.map((line) => [line.split(' ')[0], line.split(' ')[1] ?? '']));
  for (const { schema, message } of filledEvents) {
    const read = fromBinary(schema, Buffer.from(bytes.get(schema.typeName) ?? '', 'hex'));
    expect(read).toEqual(message);
    expect(read.$unknown).toBeUndefined();
  }
});

test('has an example of every event of every topic, once', () => {
  const types = allTopics.flatMap(({ events }) => events.map(({ typeName }) => typeName));
  // One type is told by several services, each on its own topic.
  const once = [...new Set(types)].sort();
  expect(filledEvents.map(({ schema }) => schema.typeName).sort()).toEqual(once);
});

test('fills every field of every message, since an empty one has no bytes to hold', () => {
  const empty = filledEvents.flatMap(({ schema, message }) =>
    emptyFields(reflect(schema, message)),
  );
  expect(empty).toEqual([]);
});

function emptyFields(message: ReflectMessage): string[] {
  return message.fields.flatMap((field) => {
    if (!message.isSet(field)) return [`${message.desc.typeName}.${field.name}`];
    if (field.fieldKind === 'message') return emptyFields(message.get(field));
    if (field.fieldKind !== 'list' || field.listKind !== 'message') return [];
    return [...message.get(field)].flatMap((item) => emptyFields(item as ReflectMessage));
  });
}
