import { localDate } from '#libs/time';
import { canonicalContent, type Statement } from './statement.js';

const day = localDate('2024-07-03');
/** As PostgreSQL gives it: the fields of each part in an order of its own. */
const statement: Statement = {
  events: [{ on: day, kind: 'SUCCESSION_GIVEN', name: 'Y', reference: '212900104' }],
  ledger: { head: 'h', position: 3, lastNumber: 'BC-0003' },
  items: [{ label: 'Élève', annexe2: 412, ordered: 420, itemCode: 'ELEVE', commitment: 400 }],
  annexe2: { sha256: 'b', datedOn: day, verifiedOn: day, signedSha256: '' },
  floorScope: 'ITEM',
  endsOn: localDate('2026-07-19'),
  startsOn: localDate('2022-07-19'),
  member: { siren: '214400038', address: 'A', name: 'Ancenis' },
  market: { supplierSiret: '1', code: 'm', supplierName: 'S', title: 'T' },
  membershipId: 'x',
  on: day,
};
const given =
  '{"format":"ent-statement-1","on":"2024-07-03","membershipId":"x","market":{"code":"m","title":"T","supplierName":"S","supplierSiret":"1"},"member":{"name":"Ancenis","siren":"214400038","address":"A"},"startsOn":"2022-07-19","endsOn":"2026-07-19","floorScope":"ITEM","annexe2":{"datedOn":"2024-07-03","verifiedOn":"2024-07-03","sha256":"b","signedSha256":""},"items":[{"itemCode":"ELEVE","label":"Élève","annexe2":412,"commitment":400,"ordered":420}],"ledger":{"position":3,"head":"h","lastNumber":"BC-0003"},"events":[{"kind":"SUCCESSION_GIVEN","on":"2024-07-03","reference":"212900104","name":"Y"}]}';

test('ORD-7: the text that a code stands for keeps its shape for ever, whatever order the fields come in', () => {
  expect(canonicalContent(statement)).toBe(given);
  expect(canonicalContent({ ...statement, annexe2: null })).toContain('"annexe2":null,"items"');
});
