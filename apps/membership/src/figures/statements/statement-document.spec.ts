import { writeFileSync } from 'node:fs';
import { localDate } from '#libs/time';
import { paperOf, statementWith } from '../../../test/a-statement.test-support.js';
import { attachedContent, parseContent } from './statement-content.js';
import type { StatementEvent, StatementItem } from './domain/statement.js';

const items = Array.from({ length: 60 }, (_, index): StatementItem => ({
  itemCode: `ITEM_${index}`,
  label: `Compte d’un profil au libellé plutôt long, catégorie de besoin n° ${index + 1}`,
  annexe2: 1_234_567,
  commitment: 1_234_567,
  ordered: 2_234_567,
}));
const events = Array.from({ length: 30 }, (_, index): StatementEvent => ({
  kind: index % 2 === 0 ? 'SUCCESSION_RECEIVED' : 'SUCCESSION_GIVEN',
  on: localDate('2023-01-01'),
  reference: '200083228',
  name: `Communauté de communes du pays des très longs noms de collectivités ${index}`,
}));

const pagesOf = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length;

test.each([
  ['of one item', statementWith({})],
  ['of 60 items and 30 events', statementWith({ items, events, floorScope: 'TOTAL' })],
  [
    'of long names',
    statementWith({
      market: {
        ...statementWith({}).market,
        title: 'Marché au titre interminable '.repeat(40),
        supplierName: 'Titulaire '.repeat(60),
      },
      member: { name: 'Nom '.repeat(300), siren: '214402158', address: 'Rue\n'.repeat(400) },
      items,
      events,
    }),
  ],
  ['without annex', statementWith({ annexe2: null })],
])('a paper %s is one page, and everything is in the content attached', async (name, statement) => {
  const pdf = await paperOf(statement);
  if (process.env['LOOK'])
    writeFileSync(`${process.env['LOOK']}/${name.replaceAll(' ', '-')}.pdf`, pdf);
  expect(pagesOf(pdf)).toBe(1);
  expect(parseContent(attachedContent(pdf) ?? '')).toEqual(statement);
});

test('the same content gives the same bytes, whenever it is drawn', async () => {
  const [one, other] = [await paperOf(statementWith({})), await paperOf(statementWith({}))];
  expect(Buffer.compare(one, other)).toBe(0);
});
