import { parseInseeCode, parseUai } from '#libs/identifiers';
import { localDate } from '#libs/time';
import { linkToEnd } from './financing.js';

const uai = parseUai('0440437L');
const today = localDate('2022-09-01');
const link = {
  membershipId: 'm',
  uai,
  startsOn: localDate('2022-07-19'),
  endsOn: localDate('2026-07-19'),
  insee: parseInseeCode('44003'),
  territoryException: '',
  exceptionDocumentId: '',
};
const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
};

test.each([
  ['yesterday', '2022-08-31', 'LINK_END_TOO_SOON'],
  ['today', '2022-09-01', 'LINK_END_TOO_SOON'],
  ['tomorrow', '2022-09-02', undefined],
])('SCH-1: a link that would end %s is judged', (_name, endsOn, code) => {
  expect(codeOf(() => linkToEnd(link, { uai, endsOn: localDate(endsOn), today }))).toBe(code);
});

test('SCH-1: where there is no link on the day, none ends', () => {
  const endsOn = localDate('2022-09-02');
  expect(codeOf(() => linkToEnd(undefined, { uai, endsOn, today }))).toBe('SCHOOL_NOT_FINANCED');
});
