import { expect, test } from '@jest/globals';
import {
  lastLinks,
  type Place,
  replay,
  type SpokenKey,
  type Statement,
} from './replayed-person.js';

const at = (uai: string, enteredOn: string | null = null, profile = 'STUDENT') => ({
  ...{ profile, uai, enteredOn, classId: '', classLabel: '', level: 'CP', isHead: false },
  ...{ post: null, classes: null, groups: null },
});
const place = (uai: string, startsOn: string, endsOn: string | null = null): Place => {
  const { enteredOn: _, ...facts } = at(uai);
  return { ...facts, startsOn, endsOn };
};
const statement = (uais: readonly string[], more: Partial<Statement> = {}): Statement => ({
  ...{ entity: 1, lastName: 'Orsolin', firstName: 'Rose', birthDate: '2015-03-04' },
  ...{ ine: null, academicIdentifier: null, places: uais.map((uai) => at(uai)), links: [] },
  ...more,
});
const all = (priority: number): SpokenKey['priorities'] => ({
  ...{ NAMES: priority, BIRTH_DATE: priority, INE: priority, ACADEMIC_IDENTIFIER: priority },
  ...{ PLACES: priority, RELATIONS: priority },
});
const key = (now: Statement | null, more: Partial<SpokenKey> = {}): SpokenKey => ({
  ...{
    source: 'aaf',
    sourceKey: 'p1',
    priorities: all(10),
    since: { step: 0, on: '', recordedOn: '' },
    before: [],
    now,
  },
  ...more,
});
const named = {
  ...{ source: 'aaf', sourceKey: 'p1', lastName: 'Orsolin', firstName: 'Rose' },
  ...{ birthDate: '2015-03-04', academicIdentifier: null, ine: null, leftOn: null },
};
const was = { step: 5, named, places: [place('A', '09-01')] };
const until = (step: number, on: string, said: Statement | null) => ({
  ...{ step, on, recordedOn: on },
  statement: said,
});

test('DIR-2: a place left and taken again is two, whatever another one had meanwhile', () => {
  const before = [until(6, '09-10', statement(['A'])), until(7, '09-12', null)];
  expect(replay(was, [key(statement(['A']), { before })])).toEqual({
    named,
    places: [place('A', '09-01', '09-10'), place('A', '09-12')],
  });
});

test('DIR-4: a place begins on the day that the source says, unless the person had it after that day', () => {
  const later = { ...statement([]), places: [at('A', '08-29'), at('B', '09-04')] };
  const once = replay(was, [key(later, { before: [until(6, '09-10', statement(['A']))] })]);
  expect(once.places).toEqual([place('A', '08-29'), place('B', '09-04')]);
  const before = [until(6, '09-10', statement(['A'])), until(7, '09-12', null)];
  const back = replay(was, [key(later, { before })]);
  expect(back.places).toEqual([
    place('A', '09-01', '09-10'),
    place('A', '09-12'),
    place('B', '09-04'),
  ]);
});

test('DIR-2: an identifier that another one brought counts from the day of that merge', () => {
  const brought = key(statement(['B']), {
    sourceKey: 'p2',
    since: { step: 8, on: '09-20', recordedOn: '09-20' },
  });
  const before = [until(6, '09-10', statement(['C']))];
  const { places } = replay(was, [key(statement(['A'])), { ...brought, before }]);
  expect(places).toEqual([place('A', '09-01'), place('B', '09-20')]);
});

test('DIR-2: who is stated no more has left with the name, number and links last said', () => {
  const last = statement(['A'], {
    ...{ lastName: 'Vasseroy', ine: '9' },
    links: [{ guardianKey: 'g', relation: '1' }],
  });
  const before = [until(6, '09-10', statement(['A'])), until(7, '09-12', last)];
  const keys = [key(null, { before })];
  expect(replay(was, keys)).toEqual({
    named: { ...named, lastName: 'Vasseroy', ine: '9', leftOn: '09-12' },
    places: [place('A', '09-01', '09-12')],
  });
  const links = [{ source: 'aaf', guardianKey: 'g', relation: '1' }];
  expect(lastLinks(keys)).toEqual({ asOf: 7, links });
  expect(lastLinks([key(last)])).toBeUndefined();
  expect(lastLinks([key(last)], 9)).toEqual({ asOf: 9, links });
});

test('DIR-5: the source of the first priority says the place; a home school is no further one', () => {
  const other = { source: 'onde', sourceKey: 'x', priorities: all(5) };
  const said = { ...statement([]), places: [{ ...at('A'), level: 'CE1' }] };
  const both = [
    key({ ...statement([]), places: [at('A'), at('A', null, 'FURTHER_STUDENT')] }),
    key(said, { ...other, before: [until(6, '09-10', null)] }),
  ];
  expect(replay(was, both).places).toEqual([{ ...place('A', '09-01'), level: 'CE1' }]);
});

test('DIR-2: whom an import took for somebody else comes when it was first stated', () => {
  const nobody = { step: 5, named: undefined, places: [] };
  const keys = [
    key(statement(['A']), {
      since: { step: 0, on: '', recordedOn: '' },
      before: [until(6, '09-10', null)],
    }),
  ];
  expect(replay(nobody, keys)).toEqual({ named, places: [place('A', '09-10')] });
});

test('DIR-4: whose place ended before it began was not there, and has it from the day that is said', () => {
  const planned = { ...statement([]), places: [at('A', '09-15')] };
  const back = { ...statement([]), places: [at('A', '08-29')] };
  const before = [until(6, '09-10', null), until(7, '09-11', planned), until(8, '09-12', null)];
  const nobody = { step: 5, named: undefined, places: [] };
  const said = [place('A', '09-15', '09-15'), place('A', '08-29')];
  expect(replay(nobody, [key(back, { before })]).places).toEqual(said);
  // Said once more it stays as it is.
  const again = [...before, until(9, '09-13', back)];
  expect(replay(nobody, [key(back, { before: again })]).places).toEqual(said);
  // Where that very day is said, the place that is had stays as it began.
  const both = replay({ ...was, places: [place('A', '09-15', '09-15'), place('A', '09-16')] }, [
    key(planned, { before: [until(6, '09-17', back)] }),
  ]);
  expect(both.places).toEqual([place('A', '09-15', '09-15'), place('A', '09-16')]);
});

test('DIR-5: whose word counts is decided attribute by attribute', () => {
  const onde = { source: 'onde', sourceKey: 'x' };
  const priorities = { ...all(20), BIRTH_DATE: 5, PLACES: 5 };
  const said = statement(['A'], { lastName: 'ORSOLLIN', birthDate: '2015-04-03' });
  const both = [
    key(statement(['A'])),
    key(
      { ...said, places: [{ ...at('A'), level: 'CE1' }] },
      { ...onde, priorities, before: [until(6, '09-10', null)] },
    ),
  ];
  expect(replay(was, both)).toEqual({
    named: { ...named, birthDate: '2015-04-03' },
    places: [{ ...place('A', '09-01'), level: 'CE1' }],
  });
});
