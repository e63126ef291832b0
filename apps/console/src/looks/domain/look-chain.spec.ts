import { createHash } from 'node:crypto';
import { brokenLinks, chainedText, chainOrigin, type ChainedLook } from './look-chain.js';

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

function aChain(length: number) {
  const looks: (ChainedLook & { hash: string })[] = [];
  for (let i = 1; i <= length; i += 1) {
    const look: ChainedLook = {
      id: String(i),
      recordedAt: '2022-09-01T08:00:00.000Z',
      userId: 'support-1',
      roles: ['support-1'],
      action: 'PERSON',
      reason: 'CHECK',
      ticket: null,
      subjects: [`person-${i}`],
      previousHash: looks.at(-1)?.hash ?? chainOrigin,
    };
    looks.push({ ...look, hash: hashOf(chainedText(look)) });
  }
  return looks;
}
const origin = { id: 0n, hash: chainOrigin };

it('SUP-2: finds nothing broken in a journal nobody touched', () => {
  expect(brokenLinks(aChain(5), origin, hashOf)).toEqual([]);
});

it('SUP-2: shows the line that was changed', () => {
  const looks = aChain(5).map((look) => (look.id === '3' ? { ...look, userId: 'other' } : look));
  expect(brokenLinks(looks, origin, hashOf)).toEqual(['3']);
});

it('SUP-2: shows that a line was taken out', () => {
  const looks = aChain(5).filter((look) => look.id !== '3');
  expect(brokenLinks(looks, origin, hashOf)).toEqual(['4']);
});
