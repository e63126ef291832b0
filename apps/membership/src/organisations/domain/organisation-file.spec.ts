import { localDate } from '#libs/time';
import { checkSignatory, requireVersion } from './organisation.js';

const head = {
  name: 'Camille Inventée',
  function: 'Maire',
  kind: 'HEAD',
  delegationDocumentId: undefined,
  startsOn: localDate('2020-07-05'),
  endsOn: undefined,
} as const;

test('ADH-1: the head signs by its office, a delegate by a document', () => {
  expect(() => checkSignatory(head)).not.toThrow();
  expect(() => checkSignatory({ ...head, delegationDocumentId: 'd' })).toThrow('sans délégation');
  expect(() => checkSignatory({ ...head, kind: 'DELEGATE' })).toThrow('joignez le document');
  const delegate = { ...head, kind: 'DELEGATE', delegationDocumentId: 'd' } as const;
  expect(() => checkSignatory(delegate)).not.toThrow();
});

test('ADH-1: a signature ends after it began', () => {
  expect(() => checkSignatory({ ...head, endsOn: localDate('2020-07-06') })).not.toThrow();
  expect(() => checkSignatory({ ...head, endsOn: head.startsOn })).toThrow('suivre son début');
});

test('a change is made on the version that was read', () => {
  expect(() => requireVersion(3, 3)).not.toThrow();
  expect(() => requireVersion(4, 3)).toThrow('rechargez-la');
});
