import { isSiret } from '#libs/identifiers';
import { siretOf } from './adhesions.js';
import { annexe2Of } from './annexe2.js';
import { demoMembers } from './members.js';

describe('what the player hands in', () => {
  test('ADH-1: names a recipient of Chorus Pro with a valid SIRET for each member', () => {
    expect(demoMembers.filter(({ siren }) => !isSiret(siretOf(siren)))).toEqual([]);
  });

  test('COM-1: writes annex 2 with one line per school and a total that agrees', () => {
    const [ancenis] = demoMembers;
    const { content } = annexe2Of(ancenis as (typeof demoMembers)[number], 'COMPTE_ELEVE');
    expect(Buffer.from(content).toString('utf8').split('\r\n')).toEqual([
      'UAI;Catégorie;Nombre de comptes',
      '0440437L;COMPTE_ELEVE;158',
      '0441606G;COMPTE_ELEVE;135',
      '0441689X;COMPTE_ELEVE;119',
      'TOTAL;;412',
      '',
    ]);
  });
});
