import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import {
  ancenis,
  coordinator,
  marketCode,
  MembershipWorld,
  verifier,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';
import { Documents } from '../../documents/documents.pg.js';
import { Commands } from '#libs/commands';
import { ChangeOffer } from './change-offer.js';
import type { AwardMethod } from './domain/award-method.js';
import type { OfferContent } from './domain/offer.js';
import { OpenTender } from './open-tender.js';
import { RecordAward } from './record-award.js';
import { RecordOffer } from './record-offer.js';
import { Tenders } from './tenders.pg.js';
import { ViewTenders } from './view-tenders.js';
import { keptPapers } from '../../../../../test/support/builders/kept-papers.js';

jest.setTimeout(60_000);

let world: MembershipWorld;
let rulesDocumentId: string;
beforeEach(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket();
  rulesDocumentId = await world.depositForMarket('REGLEMENT_CONSULTATION');
}, 30_000);
afterEach(() => world.fresh.drop());

const commands = () => new Commands(world.unitOfWork, world.businessDate);
const method: AwardMethod = {
  priceWeight: 40,
  qualityWeight: 60,
  priceFormula: 'LOWEST_OVER_PRICE',
  criteria: [{ code: 'FONCTIONS', label: 'Fonctions', weight: 60 }],
  markMax: 20,
  decimals: 2,
  rankOn: 'EXACT',
};
const open = (idempotencyKey: string = randomUUID(), documentId = rulesDocumentId) =>
  new OpenTender(
    commands(),
    new Tenders(world.database),
    world.applications,
    world.markets,
    new Documents(world.database, keptPapers),
  ).execute({
    idempotencyKey,
    marketCode,
    method,
    rulesDocumentId: documentId,
    caller: coordinator,
  });
const content = (siren: string, price: number, mark: number): OfferContent => ({
  bidder: `Entreprise fictive ${siren}`,
  siren,
  priceCents: BigInt(price),
  marks: [{ criterion: 'FONCTIONS', hundredths: mark * 100 }],
});
const [sirenA, sirenB] = ['999000045', '999000011'];
const record = (offer: OfferContent) =>
  new RecordOffer(commands(), new Tenders(world.database)).execute({
    idempotencyKey: randomUUID(),
    marketCode,
    content: offer,
    caller: coordinator,
  });
const change = (offerId: string, expectedVersion: number, offer: OfferContent) =>
  new ChangeOffer(commands(), new Tenders(world.database)).execute({
    offerId,
    expectedVersion,
    content: offer,
    caller: coordinator,
  });
const award = (offerId: string, reason = '') =>
  new RecordAward(commands(), new Tenders(world.database)).execute({
    idempotencyKey: randomUUID(),
    marketCode,
    offerId,
    reason,
    caller: coordinator,
  });
const view = () => new ViewTenders(new Tenders(world.database));

/** Accepted; its convention deposited, or only stated. */
async function accepted(member: typeof ancenis, ...stated: string[]): Promise<string> {
  const { membershipId } = await world.applyAs(member, { stated });
  const { sha256 } = await world.importCsv(membershipId, `UAI;Nombre\n${member.uai};10\n`);
  await world.verifyAnnexe2.execute({ membershipId, sha256, caller: verifier });
  await world.accept.execute({ membershipId, caller: coordinator });
  return membershipId;
}

test('MKT-3: not on 15 January 2022, but on the 16th (art. 8)', async () => {
  await world.day('2022-01-15');
  await expect(open()).rejects.toMatchObject({ code: 'TENDER_TOO_EARLY' });
  await world.day('2022-01-16');
  await expect(open(randomUUID(), await world.depositForMarket('CCAP'))).rejects.toMatchObject({
    code: 'DOCUMENT_UNKNOWN',
  });
  const opened = await open('key-of-the-tender');
  expect(opened).toMatchObject({ openedOn: '2022-01-16', rules: { datedOn: '2022-01-10' } });
  expect(await open('key-of-the-tender')).toEqual(opened);
  await expect(open()).rejects.toMatchObject({ code: 'TENDER_ALREADY_OPENED' });
});

test('GOV-3: refused while an accepted member has not signed, with the list', async () => {
  await accepted(ancenis);
  const membershipId = await accepted(vertou, 'CONVENTION');
  await world.day('2022-01-17');
  await expect(open()).rejects.toMatchObject({
    code: 'MEMBERS_NOT_SIGNED',
    details: { count: 1, members: [{ membershipId, name: vertou.name }] },
  });
  expect(await world.count('from tender')).toBe(0);
  await world.database.query(
    `insert into convention_signature (membership_id, signed_on, document_id, recorded_by, recorded_on)
     values ($1, '2022-01-17', $2, 'user', '2022-01-17')`,
    [membershipId, await world.deposit('CONVENTION', vertou.siren)],
  );
  await expect(open()).resolves.toMatchObject({ openedOn: '2022-01-17' });
});

test('GOV-3: offers are scored, corrected until the award, and the ranking is kept with it', async () => {
  await expect(record(content(sirenA, 100, 10))).rejects.toMatchObject({
    code: 'TENDER_NOT_OPENED',
  });
  await world.day('2022-01-16');
  await open();
  const a = await record(content(sirenA, 99_999_999_999_000, 10));
  await expect(record(content(sirenA, 1, 1))).rejects.toMatchObject({ code: 'OFFER_KNOWN' });
  const b = await record(content(sirenB, 99_999_999_999_999, 20));
  await expect(change(b.offerId, 1, content(sirenA, 5, 5))).rejects.toMatchObject({
    code: 'OFFER_KNOWN',
  });
  await change(a.offerId, 1, content(sirenA, 50_000, 10));
  await expect(change(a.offerId, 1, content(sirenA, 1, 1))).rejects.toMatchObject({
    code: 'OFFER_STALE',
  });
  await change(b.offerId, 1, content(sirenB, 100_000, 20));
  const ranking = await view().ranking({ marketCode, caller: coordinator });
  expect(ranking.map(({ offerId, total }) => [offerId, total.rounded])).toEqual([
    [b.offerId, '80.00'],
    [a.offerId, '70.00'],
  ]);
  await expect(award(a.offerId)).rejects.toMatchObject({ code: 'AWARD_NEEDS_REASON' });
  expect(await award(b.offerId)).toMatchObject({ awardedOn: '2022-01-16', ranking });
  await expect(change(a.offerId, 2, content(sirenA, 1, 20))).rejects.toMatchObject({
    code: 'TENDER_AWARDED',
  });
  await expect(award(a.offerId, 'encore')).rejects.toMatchObject({ code: 'TENDER_AWARDED' });
  // The database holds it against any writer.
  await expect(world.database.query('update tender_offer set price_cents = 1')).rejects.toThrow(
    'its offers stay',
  );
  await expect(world.fresh.asOwner('delete from tender_award')).rejects.toThrow('never');
  expect(await view().tender({ marketCode, caller: coordinator })).toMatchObject({
    award: { offerId: b.offerId, ranking },
  });
});

test('GOV-3: of an offer and an award at once, the award rests on all offers or the offer is late', async () => {
  await world.day('2022-01-16');
  await open();
  const first = await record(content(sirenA, 100, 20));
  const [late] = await Promise.allSettled([record(content(sirenB, 100, 10)), award(first.offerId)]);
  const { award: decided } = await view().tender({ marketCode, caller: coordinator });
  expect(decided?.ranking).toHaveLength(late.status === 'fulfilled' ? 2 : 1);
});
