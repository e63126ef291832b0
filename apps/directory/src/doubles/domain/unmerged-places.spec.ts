import { expect, test } from '@jest/globals';
import {
  type EndedOn,
  type Place,
  type PlacesToPart,
  placeOf,
  unmergedPlaces,
} from './unmerged-places.js';

const place = (uai: string, startsOn: string, endsOn: string | null = null): Place => ({
  ...{ profile: 'STUDENT', uai, startsOn, endsOn },
  ...{ classId: '', classLabel: '', level: 'CP', isHead: false },
});
const named = (...uais: string[]) => new Set(uais.map((uai) => placeOf(place(uai, ''))));
const parted = (given: {
  survivor?: Omit<PlacesToPart['survivor'], 'endedOn'> & { endedOn?: EndedOn };
  absorbed?: PlacesToPart['absorbed'];
  own?: ReadonlySet<string>;
  moved?: ReadonlySet<string>;
}) =>
  unmergedPlaces({
    absorbed: { before: [], endedOn: {} },
    ...{ own: named('A'), moved: named() },
    ...given,
    survivor: {
      ...{ before: [place('A', '09-01')], now: [place('A', '09-01')], endedOn: {} },
      ...given.survivor,
    },
  });

test('DIR-2: a place that came with the other one goes back, from its own day', () => {
  const absorbed = { before: [place('B', '09-02')], endedOn: {} };
  const now = [place('A', '09-01'), place('B', '10-05')];
  const survivor = { before: [place('A', '09-01')], now };
  expect(parted({ survivor, absorbed, moved: named('B') })).toEqual({
    survivor: [place('A', '09-01')],
    absorbed: [place('B', '09-02')],
  });
});

test('a place in one school is both’s, and each keeps its own days', () => {
  const absorbed = { before: [place('A', '09-03'), place('C', '08-01', '09-03')], endedOn: {} };
  expect(parted({ absorbed, moved: named('A') })).toEqual({
    survivor: [place('A', '09-01')],
    absorbed: absorbed.before,
  });
});

test('what began and ended meanwhile by the other one’s source is the other one’s', () => {
  const absorbed = {
    before: [place('B', '09-02')],
    endedOn: { [placeOf(place('B', ''))]: '10-10' },
  };
  const now = [place('A', '09-01'), place('B', '10-05', '10-10'), place('D', '10-10')];
  const survivor = { before: [place('A', '09-01')], now };
  expect(parted({ survivor, absorbed, moved: named('B', 'D') })).toEqual({
    survivor: [place('A', '09-01')],
    absorbed: [place('B', '09-02', '10-10'), place('D', '10-10')],
  });
});

test('a past place that the other one’s source had begin again has ended as it had', () => {
  const before = [place('A', '09-01'), place('B', '09-01', '09-20')];
  const survivor = { before, now: [place('A', '09-01'), place('B', '09-01')] };
  const absorbed = { before: [place('B', '09-01')], endedOn: {} };
  expect(parted({ survivor, absorbed, moved: named('B') })).toEqual({
    survivor: before,
    absorbed: [place('B', '09-01')],
  });
});

test('what the survivor’s own source has said since stays', () => {
  const survivor = {
    before: [place('A', '09-01')],
    now: [place('A', '09-01', '10-01'), place('E', '10-01')],
  };
  const absorbed = { before: [place('B', '09-02')], endedOn: {} };
  expect(parted({ survivor, absorbed, own: named('E'), moved: named('B') })).toEqual({
    survivor: survivor.now,
    absorbed: absorbed.before,
  });
});

test('a place that only the other one’s source still states has ended when the survivor’s own said so', () => {
  const survivor = {
    before: [place('A', '09-01')],
    now: [place('A', '09-01')],
    endedOn: { [placeOf(place('A', ''))]: '10-01' },
  };
  const absorbed = { before: [place('A', '09-02')], endedOn: {} };
  expect(parted({ survivor, absorbed, own: named(), moved: named('A') })).toEqual({
    survivor: [place('A', '09-01', '10-01')],
    absorbed: [place('A', '09-02')],
  });
});
