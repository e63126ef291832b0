import { contentWidth, page, Sheet } from '#libs/pdf';
import { frenchDate, localDate } from '#libs/time';
import { people } from './players.js';
import type { MarketStory } from './scenario.js';
import type { Stage } from './stage.js';

type Paper = {
  readonly kind:
    | 'CONVENTION'
    | 'DELIBERATION'
    | 'ANNEXE2'
    | 'LETTER'
    | 'DECISION'
    | 'NOTIFICATION'
    | 'CORRECTION_AGREEMENT';
  readonly title: string;
  readonly datedOn: string;
  /** Whose file it lies in; without it in the market's. */
  readonly siren?: string;
  /** In the file of this membership rather than of its organisation. */
  readonly membershipId?: string;
};

/** Deposits what the story's decisions rest on (ADH-2): a page that says which paper it stands for. */
export class Papers {
  constructor(private readonly stage: Stage<MarketStory>) {}

  /** The same bytes under the same key each time: again, it gives the same document. */
  async deposit({ kind, title, datedOn, siren, membershipId }: Paper): Promise<string> {
    const { marketCode } = this.stage.scenario;
    const sheet = new Sheet({
      title,
      author: 'Démonstration',
      date: new Date(`${datedOn}T12:00Z`),
    });
    sheet.title(title, page.margin, contentWidth, { size: 16 });
    sheet.paragraph(`Pièce de démonstration du ${frenchDate(localDate(datedOn))}.`);
    const { document } = await this.stage.services.documents(people.coordinator).uploadDocument({
      idempotencyKey: `demo-${marketCode}-${kind}-${siren ?? ''}-${datedOn}`,
      owner:
        membershipId === undefined
          ? { marketCode, ...(siren === undefined ? {} : { organisationId: `org-${siren}` }) }
          : { membershipId },
      kind,
      title,
      fileName: `${kind.toLowerCase()}.pdf`,
      datedOn,
      content: await sheet.finish(title),
    });
    return document!.documentId;
  }
}
