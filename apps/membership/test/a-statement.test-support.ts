import { localDate } from '#libs/time';
import { codeOf, printedCode, type Statement } from '../src/figures/statements/domain/statement.js';
import { contentOf } from '../src/figures/statements/statement-content.js';
import { StatementDocument } from '../src/figures/statements/statement-document.js';

const digest = 'ab'.repeat(32);

/** All parties are invented. */
export function statementWith(over: Partial<Statement>): Statement {
  return {
    on: localDate('2024-03-01'),
    membershipId: 'm-1',
    market: {
      code: 'e-primo-2022',
      title: 'ENT 1er degré e-primo',
      supplierName: 'Titulaire fictif',
      supplierSiret: '99900001100018',
    },
    member: { name: 'Vertou', siren: '214402158', address: '2 place Saint-Martin\n44120 Vertou' },
    startsOn: localDate('2022-07-19'),
    endsOn: localDate('2026-07-19'),
    floorScope: 'ITEM',
    annexe2: {
      datedOn: localDate('2022-01-10'),
      verifiedOn: localDate('2022-01-14'),
      sha256: digest,
      signedSha256: digest,
    },
    items: [{ itemCode: 'A', label: 'Compte élève', annexe2: 40, commitment: 40, ordered: 45 }],
    ledger: { position: 2, head: digest, lastNumber: 'BC-0002' },
    events: [],
    ...over,
  };
}

export async function paperOf(statement: Statement): Promise<Buffer> {
  const { content, sha256 } = contentOf(statement);
  const code = printedCode(codeOf(sha256));
  return new StatementDocument().render({ statement, content, sha256, code });
}
