import { localDate } from '#libs/time';
import type { SourcePupil, SourceRecord } from '../directory-source.js';
import type { AafEntity } from './aaf-attributes.js';
import { AafParser } from './aaf-parser.js';
import { fromAaf } from './aaf-records.js';

/** What one entry of these attributes states, exported on 15 September 2025. */
function stated(
  entity: AafEntity,
  attributes: Readonly<Record<string, string | readonly string[]>>,
  category: string = entity,
): SourceRecord[] {
  const own = entity === 'EtabEducNat' ? 'ENTStructureJointure' : 'ENTPersonJointure';
  const written = Object.entries({ [own]: '1', ...attributes })
    .map(([name, values]) => {
      const list = [values].flat().map((value) => `<value>${value}</value>`);
      return `<attr name="${name}">${list.join('')}</attr>`;
    })
    .join('');
  const parser = new AafParser(entity);
  const entries = parser.write(
    `<ficAlimMENESR><addRequest><operationalAttributes><attr name="categorie"><value>${category}</value></attr></operationalAttributes>` +
      `<identifier><id>1</id></identifier><attributes>${written}</attributes></addRequest></ficAlimMENESR>`,
  );
  parser.end();
  const facts = { file: 'f.xml', entity, datedOn: localDate('2025-09-15') };
  return entries.flatMap((entry) => fromAaf(facts, entry));
}
const codes = (records: readonly SourceRecord[]) =>
  records.flatMap((record) => (record.kind === 'remark' ? [record.code] : []));
const named = { ENTPersonNom: 'Roux', ENTPersonPrenom: 'Élie' };
const pupil = {
  ...named,
  ENTPersonDateNaissance: '04/05/2016',
  ENTPersonStructRattach: '10',
  ENTPersonClasses: '10$$$7$CP',
};
const school = {
  ENTStructureUAI: '0440290B',
  ENTStructureNomCourant: 'ECOLE$Les Lilas$NANTES',
  ENTStructureSIREN: '214401093',
};

describe('DIR-1: what a pupil’s entry states', () => {
  test('keeps every class; the first in the home school is the pupil’s own', () => {
    const records = stated('Eleve', {
      ...pupil,
      ENTPersonClasses: ['11$$$9$Ailleurs', '10$$$7$CP', '10$$$8$CE1'],
    });
    expect(records[0]).toMatchObject({
      classId: '7',
      classes: [
        { structureKey: '11', id: '9' },
        { structureKey: '10', id: '7' },
        { structureKey: '10', id: '8' },
      ],
    });
    expect(codes(records)).toEqual([]);
  });

  test('DIR-1: a `$` in a name parts nothing', () => {
    const sign = 'a$b$&amp;$1$$`';
    const records = stated('Eleve', { ...pupil, ENTPersonNom: sign, ENTPersonPrenom: sign });
    const said = 'a$b$&$1$$`';
    expect(records).toMatchObject([{ lastName: said, firstName: said }]);
  });

  test('DIR-2: loses what nobody sees in a name; what identifies and holds it is refused', () => {
    const [seen] = stated('Eleve', pupil);
    const [unseen, ...told] = stated('Eleve', { ...pupil, ENTPersonNom: 'R\u200bou\u00adx\ufeff' });
    expect(unseen).toEqual(seen);
    expect(codes(told)).toEqual(['CONTROL_CHARACTER']);
    const spaced = stated('Eleve', { ...pupil, ENTPersonNom: 'Le\u00a0Roux' });
    expect(spaced).toMatchObject([{ lastName: 'Le Roux' }]);
    const key = stated('Eleve', { ...pupil, ENTPersonJointure: '1\u200b' });
    expect(codes(key)).toEqual(['CONTROL_CHARACTER', 'KEY_INCONSISTENT']);
    const [withoutIne] = stated('Eleve', { ...pupil, ENTEleveINE: '1200456\u00ad78HK' });
    expect(withoutIne).toEqual(seen);
    const place = stated('EtabEducNat', { ...school, ENTStructureUAI: '0440290\u202eB' });
    expect(codes(place)).toEqual(['CONTROL_CHARACTER', 'UAI_INVALID']);
  });

  test('keeps a second school beside the home school', () => {
    const records = stated('Eleve', { ...pupil, ENTPersonStructRattach: ['10', '11', '10'] });
    expect(records[0]).toMatchObject({ structureKey: '10', otherStructureKeys: ['11'] });
    expect(codes(records)).toEqual([]);
  });

  test.each([
    [{ ENTEleveNiveau: ['1123$CE2', '1124$CM1'] }, 'CE2', ['SEVERAL_VALUES']],
    [{ ENTEleveMEF: '00310002220' }, 'CM2', []],
    [{ ENTEleveNivFormation: 'ce1' }, 'CE1', []],
    [{ ENTEleveNivFormation: 'TROISIEME' }, '', []],
  ])('names the level by 1D, else by MEF, else by its name: %j', (attributes, level, told) => {
    const records = stated('Eleve', { ...pupil, ...attributes });
    expect(records[0]).toMatchObject({ level });
    expect(codes(records)).toEqual(told);
  });

  test('takes values of 1D and of 2D by their number of parts, one guardian once', () => {
    const records = stated('Eleve', {
      ...pupil,
      ENTPersonClasses: '10$CP B',
      ENTPersonGroupes: ['10$$$3$Chorale', '10$Escalade'],
      ENTEleveAutoriteParentale: ['21$10', '21$20$1$1$1$0', '22$20$0$2$1$0', '23$39$0$0$1$0'],
    });
    expect(records[0]).toMatchObject({
      classId: 'CP B',
      classLabel: 'CP B',
      groups: [
        { id: '3', label: 'Chorale' },
        { id: 'Escalade', label: 'Escalade' },
      ],
      guardians: [
        { sourceKey: '21', relation: '10' },
        { sourceKey: '22', relation: '20' },
      ],
    });
    expect(codes(records)).toEqual(['GUARDIAN_NOT_LEGAL']);
  });

  test.each([
    ['a class name with a dollar', { ENTPersonClasses: '10$$$7$CP à 5 $' }],
    ['a class without school', { ENTPersonClasses: '$CP' }],
    ['a class without id', { ENTPersonClasses: '10$$$$CP' }],
    ['a guardian of three parts', { ENTEleveAutoriteParentale: '21$10$1' }],
    ['a level of three parts', { ENTEleveNiveau: '1121$CP$x' }],
  ])('leaves out %s and says where', (_what, odd) => {
    const records = stated('Eleve', { ...pupil, ENTPersonClasses: [], ...odd });
    expect(records[0]).toMatchObject({ kind: 'pupil', classId: '', level: '', guardians: [] });
    expect(records.slice(1)).toEqual([
      { kind: 'remark', code: 'VALUE_MALFORMED', subject: '1', file: 'f.xml', line: 1 },
    ]);
  });

  test.each(['16/09/2025', '01/01/2099', '31/12/1899'])('refuses a birth on %s', (day) => {
    expect(stated('Eleve', { ...pupil, ENTPersonDateNaissance: day })).toEqual([
      expect.objectContaining({ code: 'BIRTH_DATE_IMPOSSIBLE' }),
      expect.objectContaining({ code: 'BIRTH_DATE_MISSING' }),
    ]);
    const guardian = stated('PersRelEleve', { ...named, ENTPersonDateNaissance: day });
    expect(guardian[0]).toMatchObject({ kind: 'guardian' });
    expect(guardian[0]).not.toHaveProperty('birthDate');
    expect(codes(guardian)).toEqual(['BIRTH_DATE_IMPOSSIBLE']);
  });

  test.each([
    ['17/09/2026', ['ENTRY_DATE_IMPOSSIBLE'], undefined],
    ['02/03/2016', ['ENTRY_DATE_IMPOSSIBLE'], undefined],
    ['16/09/2026', [], '2026-09-16'],
    ['03/03/2016', [], '2016-03-03'],
  ])('a pupil who enters on %s has a place, from a day that can be', (day, remarks, enteredOn) => {
    const [first, ...others] = stated('Eleve', {
      ...{ ...pupil, ENTPersonDateNaissance: '03/03/2016' },
      ENTEleveDateEntreeStructRattach: day,
    });
    expect(codes(others)).toEqual(remarks);
    expect((first as SourcePupil).enteredOn).toBe(enteredOn);
  });

  test('accepts a birth on the day of the export and on the first day of 1900', () => {
    for (const day of ['15/09/2025', '01/01/1900'])
      expect(codes(stated('Eleve', { ...pupil, ENTPersonDateNaissance: day }))).toEqual([]);
  });

  test('says when one value is expected and several are stated', () => {
    const records = stated('Eleve', { ...pupil, ENTPersonNom: ['Roux', 'Brun'] });
    expect(records[0]).toMatchObject({ lastName: 'Roux' });
    expect(codes(records)).toEqual(['SEVERAL_VALUES']);
  });

  test.each([
    ['D&amp;eacute;sir&amp;#xE9;e', 'Désirée'],
    ['D&amp;apos;&amp;OElig;uvre', "D'Œuvre"],
    ['a&amp;amp;eacute;', 'a&eacute;'],
    ['a&amp;unknown;b &amp;#1114112;', 'a&unknown;b &#1114112;'],
  ])('undoes a second escape once: %s', (written, read) => {
    expect(stated('Eleve', { ...pupil, ENTPersonNom: written })[0]).toMatchObject({
      lastName: read,
    });
  });

  test('ignores an entry of another category than its file, and one whose keys differ', () => {
    expect(codes(stated('Eleve', pupil, 'PersEducNat'))).toEqual(['CATEGORY_UNEXPECTED']);
    expect(codes(stated('Eleve', { ...pupil, ENTPersonJointure: '2' }))).toEqual([
      'KEY_INCONSISTENT',
    ]);
    expect(codes(stated('EtabEducNat', { ...school, ENTStructureJointure: '2' }))).toEqual([
      'KEY_INCONSISTENT',
    ]);
  });
});

describe('what an entry of the staff states', () => {
  test('finds heads by function and by ENTEnsFonctionDir, also outside the schools of attachment', () => {
    const records = stated('PersEducNat', {
      ...named,
      ENTPersonStructRattach: '10',
      ENTPersonFonctions: ['11$DIR$DIRECTION$$', '10$-$$$', '-', '12$ENS$ENSEIGNEMENT$$'],
      ENTEnsFonctionDir: '13',
    });
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      isTeacher: true,
      structureKeys: ['10', '11', '12', '13'],
      headOf: ['13', '11'],
    });
  });

  test('says when a function has another number of parts', () => {
    const records = stated('PersEducNat', { ...named, ENTPersonFonctions: '10$DIR' });
    expect(records[0]).toMatchObject({ headOf: [], structureKeys: [] });
    expect(codes(records)).toEqual(['VALUE_MALFORMED']);
  });
});

describe('what a school’s entry states', () => {
  test.each([
    ['PU', '', 'PUBLIC', []],
    ['PR', '214401093', 'PRIVATE', []],
    // A public school bears the number of its commune or grouping.
    ['', '214401093', 'PUBLIC', []],
    ['', '244400404', 'PUBLIC', []],
    ['', '443061841', 'UNKNOWN', ['CONTRACT_UNKNOWN']],
    ['', '', 'UNKNOWN', ['CONTRACT_UNKNOWN']],
    ['X', '', 'UNKNOWN', ['CONTRACT_UNKNOWN']],
  ])('SCH-1: contract “%s” with SIREN “%s” is %s', (written, siren, contract, expected) => {
    const records = stated('EtabEducNat', {
      ...school,
      ENTEcoleCommune: '44109',
      ENTEtablissementContrat: written,
      ENTStructureSIREN: siren,
    });
    expect(records[0]).toMatchObject({ contract, isPublic: contract === 'PUBLIC', siren });
    expect(codes(records)).toEqual(expected);
  });

  test.each([
    ['its code', { ENTEcoleCommune: '44109', ENTStructureVille: 'Nantes' }, '44109', 'Nantes', []],
    ['the SIREN', { ENTEcoleCommune: 'NANTES' }, '44109', 'NANTES', []],
    ['the SIRET', { ENTStructureSIREN: '21350016800025' }, '35016', 'NANTES', []],
    ['the name', { ENTStructureSIREN: '' }, '', 'NANTES', ['COMMUNE_CODE_UNKNOWN']],
    [
      'ENTEcoleCommune',
      {
        ENTStructureSIREN: '',
        ENTStructureNomCourant: 'ECOLE-X-ac-NANTES',
        ENTEcoleCommune: 'Rezé',
      },
      '',
      'Rezé',
      ['COMMUNE_CODE_UNKNOWN'],
    ],
    ['the SIREN of a commune nouvelle', { ENTStructureSIREN: '200082139' }, '85194', 'NANTES', []],
    // The number contains the code of a neighbour, 02045.
    ['a SIREN out of step', { ENTStructureSIREN: '210200457' }, '02046', 'NANTES', []],
    // A grouping has no code.
    ['neither', { ENTStructureSIREN: '244400404' }, '', 'NANTES', ['COMMUNE_CODE_UNKNOWN']],
  ])('finds the commune by %s', (_by, attributes, insee, commune, expected) => {
    const records = stated('EtabEducNat', {
      ...school,
      ENTEtablissementContrat: 'PU',
      ...attributes,
    });
    expect(records[0]).toMatchObject({ insee, commune });
    expect(codes(records)).toEqual(expected);
  });

  test('says when a SIREN or a name has another shape', () => {
    const records = stated('EtabEducNat', {
      ...school,
      ENTStructureSIREN: '214401094',
      ENTStructureNomCourant: 'ECOLE$A$B$NANTES',
      ENTEtablissementContrat: 'PU',
      ENTEcoleCommune: '44109',
    });
    expect(records[0]).toMatchObject({ siren: '', name: 'A-B-NANTES' });
    expect(codes(records)).toEqual(['VALUE_MALFORMED', 'SIREN_MALFORMED']);
  });
});
