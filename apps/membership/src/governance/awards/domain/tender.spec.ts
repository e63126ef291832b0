import { localDate } from '#libs/time';
import type { RankedOffer } from './ranking.js';
import { award, checkOpening } from './tender.js';

const earliest = localDate('2022-01-16');
const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error as { code: string; details: object; message: string };
  }
  return undefined;
};

test('MKT-3: the tender opens on 16 January 2022 at the earliest, not on the 15th (art. 8)', () => {
  const eve = codeOf(() => checkOpening(localDate('2022-01-15'), earliest, []));
  expect(eve).toMatchObject({ code: 'TENDER_TOO_EARLY' });
  expect(eve?.message).toContain('16 janvier 2022');
  expect(codeOf(() => checkOpening(earliest, earliest, []))).toBeUndefined();
});

test('GOV-3: the tender waits for the last signature, and says whose (art. 8)', () => {
  const unsigned = [{ membershipId: 'm-1', name: 'Commune fictive' }];
  const refusal = codeOf(() => checkOpening(earliest, earliest, unsigned));
  expect(refusal).toMatchObject({
    code: 'MEMBERS_NOT_SIGNED',
    details: { count: 1, members: unsigned },
  });
  expect(refusal?.message).toContain('Commune fictive');
});

test('GOV-3: the first of the ranking is awarded; another, or one that ties, with a reason', () => {
  const today = localDate('2022-04-08');
  const ranked = (offerId: string, rank: number, tied = false) =>
    ({ offerId, rank, tied, bidder: offerId }) as RankedOffer;
  const ranking = [ranked('a', 1), ranked('b', 2)];
  expect(award(ranking, 'a', '', today)).toMatchObject({ offerId: 'a', awardedOn: today, ranking });
  expect(codeOf(() => award(ranking, 'b', ' ', today))?.code).toBe('AWARD_NEEDS_REASON');
  expect(award(ranking, 'b', 'a est écartée', today).reason).toBe('a est écartée');
  const ties = [ranked('a', 1, true), ranked('b', 1, true)];
  expect(codeOf(() => award(ties, 'a', '', today))?.message).toContain('égalité');
  expect(codeOf(() => award(ranking, 'z', '', today))?.code).toBe('OFFER_UNKNOWN');
});
