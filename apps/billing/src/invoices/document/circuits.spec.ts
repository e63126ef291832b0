import { localDate } from '#libs/time';
import { billingSettings } from '../../config.js';
import { Circuits } from './circuits.js';

const platforms = (text?: string) => billingSettings.shape.PLATFORM_FROM.safeParse(text);

test('a supplier goes through its platform from its day on, the others by Chorus Pro', () => {
  const circuits = new Circuits(platforms('900000001=2027-09-01, 999000011=2026-09-01').data);
  expect(circuits.on('90000000100017', localDate('2027-08-31'))).toBe('CPRO');
  expect(circuits.on('90000000100017', localDate('2027-09-01'))).toBe('AFNOR');
  expect(circuits.on('99900001100018', localDate('2026-09-01'))).toBe('AFNOR');
  expect(circuits.on('21440109300015', localDate('2030-01-01'))).toBe('CPRO');
  expect(new Circuits(platforms().data).on('90000000100017', localDate('2030-01-01'))).toBe('CPRO');
});

test.each(['900000001', '900000002=2027-09-01', '900000001=2027-02-30', '900000001=2027-09-01;'])(
  'a setting that is no SIREN with a day is refused at the start: %s',
  (text) => {
    expect(platforms(text).success).toBe(false);
  },
);
