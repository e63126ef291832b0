import type { WantedPlace } from './ent-task.js';
import { placeChanges } from './place-changes.js';

const wanted = (uai: string, label: string, level = ''): WantedPlace => ({
  ...{ uai, label, level, schoolName: uai, structureId: null, classId: null },
});
const told = (uai: string, label: string) => ({ uai, label, classId: label, structureId: uai });
const names = (places: readonly { uai: string; label: string }[]) =>
  places.map(({ uai, label }) => `${uai} ${label}`);

test('PRV-4: joins what is missing, its own class first and each once with its level; leaves what is too much', () => {
  const home = wanted('A', 'Familles');
  const changes = placeChanges(home, {
    wanted: [wanted('B', 'CP'), wanted('B', 'CP', 'CP'), wanted('A', 'CM1'), home],
    told: [told('A', 'CM1'), told('A', 'CM2'), told('C', 'CE1')],
    tried: [],
  });
  expect(names(changes.placesToJoin)).toEqual(['A Familles', 'B CP']);
  expect(changes.placesToJoin[1]).toMatchObject({ level: 'CP' });
  expect(changes.placesToLeave).toMatchObject([
    { uai: 'A', label: 'CM2', leavesSchool: false },
    { uai: 'C', label: 'CE1', leavesSchool: true },
  ]);
});

test('PRV-4: of the places tried without an answer those of now stay wanted', () => {
  const { triedPlaces } = placeChanges(wanted('A', 'CP'), {
    wanted: [wanted('A', 'CP')],
    told: [],
    tried: [told('A', 'CP'), told('B', 'CE1')],
  });
  expect(triedPlaces).toMatchObject([
    { label: 'CP', isWanted: true, leavesSchool: false },
    { label: 'CE1', isWanted: false, leavesSchool: true },
  ]);
});
