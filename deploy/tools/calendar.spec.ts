import { faultsOf, type Standing } from './calendar.js';

const at = (businessDate: string, other: Partial<Standing> = {}): Standing => ({
  ...{ businessDate, calendar: 'clock', stopped: '' },
  ...other,
});

test('MKT-4: calendar show accepts the one day of difference of midnight, and names all else', () => {
  expect(faultsOf([at('2026-12-01'), at('2026-12-02')])).toEqual([]);
  expect(faultsOf([at('2026-11-30'), at('2026-12-02')])).toEqual([
    'Les services ne sont pas au même jour : 2 jours d’écart.',
  ]);
  expect(faultsOf([at(''), at('2026-12-02')])).toEqual([
    'Un service n’a encore commencé aucune journée.',
  ]);
  expect(faultsOf([at(''), at('')])).toEqual([]);
  expect(faultsOf([at('2026-12-02'), at('2026-12-02', { calendar: 'player' })])).toEqual([
    'Les services n’ont pas tous le même CALENDAR.',
  ]);
  expect(faultsOf([at('2026-12-02', { stopped: 'DAY_JUMPS …' })])).toEqual([
    'Le début d’une journée est refusé : npm run ent -- positions list dit que faire.',
  ]);
});
