import type { Page } from 'playwright-core';
import type { DecideDoubleRequest, ListMergesRequest, UndoMergeRequest } from '#libs/contracts';
import type { Role } from '#libs/identity';

type Open = (path: string, role: Role, width?: number, uai?: string) => Promise<Page>;

const uai = '0440437L';
const school = { uai, name: 'École Jules Verne', commune: 'Nantes' };
const side = (personId: string, lastName: string, level: string, leftOn = '') => ({
  ...{ personId, lastName, firstName: 'Zoé', birthDate: '2014-03-05', leftOn },
  ...{ uais: [uai], profiles: ['STUDENT'], sources: ['onde'], level, guardianCount: 1 },
  schools: [school],
  attributeSources: [
    { attribute: 'NAMES', sources: ['ONDE'] },
    { attribute: 'PLACE', profile: 'STUDENT', uai, sources: ['ONDE', 'AAF de Nantes'] },
  ],
});
const aPair = () => ({
  ...{ pairId: 'pair-1', score: 92, foundOn: '2022-09-01', version: 7 },
  reasons: ['LAST_NAME_SOUND', 'BIRTH_DATE_EQUAL', 'LEVEL_DIFFERENT'],
  ...{ newcomer: side('p-ana', 'Exaimple', 'CE2'), known: side('p-zoe', 'Exémple', 'CE1') },
});
const nameless = { lastName: '', firstName: '', birthDate: '' };
const aMerge = (decidedBy: string) => ({
  ...(decidedBy === 'IMPORT'
    ? { mergeId: 'merge-3', mergedOn: '2022-09-03', importId: 'import-1' }
    : { mergeId: 'merge-1', mergedOn: '2022-09-02' }),
  ...{
    pairId: 'pair-2',
    uais: [uai],
    schools: [school],
    decidedBy,
    score: 92,
    reasons: ['BIRTH_DATE_EQUAL'],
  },
  ...{ survivorId: 'p-zoe', absorbedId: 'p-ana' },
  undoneOn: undone.length > 0 ? '2022-10-03' : '',
});

let looks = 0;
let answered: Partial<DecideDoubleRequest>[] = [];
let undone: string[] = [];

/** What the directory says of pairs and merges, as it says it: without names in a list. */
export const directoryOfDoubles = {
  listDoubles: () => {
    const pair = aPair();
    return {
      doubles: [
        {
          ...pair,
          newcomer: { ...pair.newcomer, ...nameless },
          known: { ...pair.known, ...nameless },
        },
      ],
    };
  },
  getDouble: () => {
    looks += 1;
    return { double: aPair() };
  },
  decideDouble: ({ pairId, answer, expectedVersion, idempotencyKey }: DecideDoubleRequest) => {
    answered.push({ pairId, answer, expectedVersion });
    return { mergeId: idempotencyKey && answer === 'SAME' ? 'merge-2' : '' };
  },
  listMerges: ({ decidedBy }: ListMergesRequest) => ({ merges: [aMerge(decidedBy)] }),
  undoMerge: ({ mergeId }: UndoMergeRequest) => {
    undone.push(mergeId);
    return {};
  },
};

/** Two who may be one, in a browser: compared, answered, and a merge undone (DIR-2). */
export function doublesInBrowser(open: Open): void {
  beforeEach(() => {
    looks = 0;
    answered = [];
    undone = [];
  });

  test('DIR-2, SUP-2: level 2 compares two only once it said why, and makes them one', async () => {
    const page = await open('/annuaire', 'support-2');
    await page.getByRole('link', { name: 'Doublons' }).click();
    await page
      .getByRole('row', {
        name: /École Jules Verne, Nantes \(0440437L\) Élève Très forte Pour\s: .*Contre/,
      })
      .waitFor();
    await page.getByRole('link', { name: `Comparer (École Jules Verne, Nantes (${uai}))` }).click();
    await page.getByLabel('Motif').selectOption('CHECK');
    expect(looks).toBe(0);
    await page.getByRole('button', { name: 'Afficher les deux fiches' }).click();
    await page.getByRole('row', { name: 'Nom Exémple Exaimple', exact: true }).waitFor();
    // Where each attribute has come from, to be corrected there.
    const from = `nom et prénom : ONDE ; élève (${uai}) : ONDE, AAF de Nantes`;
    await page.getByRole('cell', { name: from }).first().waitFor();
    await page.getByRole('button', { name: 'C’est la même personne' }).click();
    await page.getByRole('button', { name: 'Réunir les deux fiches' }).click();
    await page.getByTestId('outcome').getByText('Les deux fiches sont réunies').waitFor();
    expect(answered).toEqual([{ pairId: 'pair-1', answer: 'SAME', expectedVersion: 7 }]);
    // Told of what was done without another look.
    expect(looks).toBe(1);
  });

  test('DIR-2: a head compares two of the own school, and says that they are two', async () => {
    const page = await open('/annuaire/doublons/pair-1', 'school', 1_280, uai);
    await page.getByRole('row', { name: 'Nom Exémple Exaimple', exact: true }).waitFor();
    // Of two pupils nothing is said of children, of whom neither has any.
    await page.getByRole('row', { name: 'Responsables 1 1', exact: true }).waitFor();
    expect(await page.getByRole('row', { name: /^Enfants/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Ce sont deux personnes' }).click();
    await page.getByRole('button', { name: 'Garder deux personnes' }).click();
    await page.getByTestId('outcome').getByText('ce sont deux personnes').waitFor();
    expect(answered).toEqual([{ pairId: 'pair-1', answer: 'DIFFERENT', expectedVersion: 7 }]);
  });

  test('DIR-2: a merge is undone from the list, which then says so', async () => {
    const page = await open('/annuaire/doublons', 'support-2');
    await page.getByRole('button', { name: /^Défaire la réunion du 2 septembre 2022/ }).click();
    await page.getByRole('button', { name: 'Défaire la réunion', exact: true }).click();
    await page.getByTestId('outcome').getByText('La réunion est défaite').waitFor();
    await page.getByRole('row', { name: /Défaite le 3 octobre 2022/ }).waitFor();
    expect(undone).toEqual(['merge-1']);
  });

  test('DIR-2: whom an import took for somebody is found apart, with why, and parted', async () => {
    const page = await open('/annuaire/doublons', 'support-2');
    await page.getByLabel('Décidées par').selectOption('IMPORT');
    await page
      .getByRole('cell', { name: /^Très forte\. Pour\s: même date de naissance\.$/ })
      .waitFor();
    await page.getByRole('cell', { name: 'Une seule fiche' }).waitFor();
    await page.getByRole('button', { name: /^Défaire la réunion du 3 septembre 2022/ }).click();
    await page.getByRole('button', { name: 'Défaire la réunion', exact: true }).click();
    await page.getByTestId('outcome').getByText('La réunion est défaite').waitFor();
    expect(undone).toEqual(['merge-3']);
  });
}
