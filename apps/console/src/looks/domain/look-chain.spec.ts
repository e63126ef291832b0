import { createHash } from 'node:crypto';
import { brokenLinks, chainedText, chainOrigin, type HashedLook } from './look-chain.js';

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** Lines of one agent's day. */
function aChain(length: number, userId = 'support-1', chainDay = '2022-09-01') {
  const looks: HashedLook[] = [];
  for (let position = 1; position <= length; position += 1) {
    const look = {
      id: `${userId}-${chainDay}-${position}`,
      recordedAt: `${chainDay}T08:00:00.000Z`,
      userId,
      roles: ['support-1'],
      action: 'PERSON',
      reason: 'CHECK',
      ticket: null,
      refusal: null,
      subjects: [`person-${position}`],
      chainDay,
      chainPosition: position,
      previousHash: looks.at(-1)?.hash ?? chainOrigin,
    };
    looks.push({ ...look, hash: hashOf(chainedText(look)) });
  }
  return looks;
}
const verified = (looks: readonly HashedLook[]) => brokenLinks(looks, undefined, hashOf);

it('SUP-2: finds nothing broken in the days of several agents', () => {
  const looks = [...aChain(5), ...aChain(2, 'support-1', '2022-09-02'), ...aChain(3, 'support-2')];
  expect(verified(looks)).toEqual([]);
  // Read in two pages.
  expect(brokenLinks(looks.slice(3), looks[2], hashOf)).toEqual([]);
});

it.each([
  ['who looked', { userId: 'other' }],
  ['why it was refused', { refusal: 'PERSON_NOT_FOUND' }],
  ['whom', { subjects: [] }],
])('SUP-2: shows the line in which was changed %s', (_what, change) => {
  const looks = aChain(5).map((look, at) => (at === 2 ? { ...look, ...change } : look));
  expect(verified(looks)).toContain(looks[2]!.id);
});

it('SUP-2: shows that a line was taken out, the first one too', () => {
  const looks = aChain(5);
  expect(verified(looks.filter((_look, at) => at !== 2))).toEqual([looks[3]!.id]);
  expect(verified(looks.slice(1))).toEqual([looks[1]!.id]);
});
