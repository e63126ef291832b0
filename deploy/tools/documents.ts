import { DocumentService, type CheckDocumentsResponse } from '#libs/contracts';
import { formatCount, plural } from '#libs/money';
import { type Given, runVerb, status } from './ent/command.js';
import { askMembership } from './ent/ask.js';

export const usage =
  'check MARCHÉ   compare chaque document avec le dépôt et le journal : octets, empreinte, dépôt par une personne (ADH-2, ADH-5)';

/** `documents check MARKET`: fails where a document lacks its bytes or the journal lacks its upload. */
export const run = (args: string[]): Promise<number> =>
  runVerb({ check: { operands: 1, run: check } }, args, `npm run ent -- documents ${usage}`);

async function check(given: Given) {
  const [marketCode = ''] = given.operands;
  const { checked, atFault } = await askMembership(DocumentService, given, async (client) => {
    const found: CheckDocumentsResponse['atFault'] = [];
    let checked = 0;
    let after = '';
    do {
      const page = await client.checkDocuments({ marketCode, after }, { deadlineMs: 120_000 });
      found.push(...page.atFault);
      checked += page.checked;
      after = page.next;
    } while (after !== '');
    return { checked, atFault: found };
  });
  return {
    // Nothing checked is no proof.
    status: atFault.length > 0 ? status.refused : checked === 0 ? status.notAsked : status.ok,
    json: { checked, atFault },
    lines: [
      `${plural(checked, 'document vérifié', 'documents vérifiés')}, ${formatCount(atFault.length)} en faute.`,
      ...atFault.map(
        ({ documentId, kind, title, membershipId, fault }) =>
          `  ✗ ${documentId}  ${kind}  « ${title} »  ${membershipId === '' ? 'dossier du marché ou d’un organisme' : `adhésion ${membershipId}`} : ${words[fault] ?? fault}`,
      ),
      atFault.length === 0
        ? checked === 0
          ? 'Aucun document : rien n’a été vérifié.'
          : 'Les documents sont ceux qui ont été déposés.'
        : 'Ne décidez rien sur ces documents et prévenez le coordonnateur.',
    ],
  };
}

const words: Readonly<Record<string, string>> = {
  ABSENT: 'son contenu manque au dépôt',
  DAMAGED: 'son contenu n’a plus son empreinte',
  NOT_UPLOADED: 'aucune ligne scellée du journal ne dit qui l’a déposé',
};
