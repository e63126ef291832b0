import { localDate } from '#libs/time';
import { type LedgerViolation, violationInFrench } from './ledger-violation.js';

const membershipId = 'm1';
const itemCode = 'COMPTE_ELEVE';
const day = localDate('2022-11-03');

test.each<[LedgerViolation, string]>([
  [
    { code: 'CHAIN_BROKEN', membershipId, number: 'BC-3', position: 3 },
    'Adhésion m1 : la chaîne du registre est rompue au bon de commande BC-3 (rang 3) : son contenu, son empreinte ou une pièce chaînée avant lui a changé.',
  ],
  [
    { code: 'HEAD_IS_NOT_LAST_ORDER', membershipId },
    'Adhésion m1 : la tête du registre n’est pas son dernier bon de commande.',
  ],
  [
    { code: 'EVIDENCE_CHANGED', membershipId, evidence: 'ANNEXE2' },
    'Adhésion m1 : l’annexe 2 vérifiée n’est plus ce que le registre a chaîné.',
  ],
  [
    { code: 'EVIDENCE_CHANGED', membershipId, evidence: 's1' },
    'Adhésion m1 : la succession s1 n’est plus ce que le registre a chaîné.',
  ],
  [
    { code: 'COMMITMENT_DIFFERS', membershipId, itemCode, day, told: 60, grounded: 412 },
    'Adhésion m1, COMPTE_ELEVE : au 3 novembre 2022, l’engagement dit 60 comptes, l’annexe 2 vérifiée et les successions 412.',
  ],
  [
    { code: 'RUNNING_STATE_DIFFERS', membershipId, itemCode, day, told: 1, ordered: 412 },
    'Adhésion m1, COMPTE_ELEVE : au 3 novembre 2022, l’état courant dit 1 compte, la somme des bons de commande 412.',
  ],
  [
    { code: 'BELOW_COMMITMENT', membershipId, itemCode, day, ordered: 411, commitment: 412 },
    'Adhésion m1, COMPTE_ELEVE : au 3 novembre 2022, 411 comptes en commande pour un engagement de 412 (convention, art. 7.1).',
  ],
  [
    { code: 'BELOW_COMMITMENT', membershipId, day, ordered: 411, commitment: 412 },
    'Adhésion m1, tous besoins confondus : au 3 novembre 2022, 411 comptes en commande pour un engagement de 412 (convention, art. 7.1).',
  ],
  [
    { code: 'ABOVE_GROUP_MAXIMUM', itemCode, day, ordered: 512, maximum: 511 },
    'Groupement, COMPTE_ELEVE : au 3 novembre 2022, 512 comptes en commande, au-dessus du maximum du marché de 511 (code de la commande publique, R2162-4).',
  ],
])('ORD-2, ORD-6, ORD-7: $code is told in French with its figures', (violation, sentence) => {
  expect(violationInFrench(violation)).toBe(sentence);
});
