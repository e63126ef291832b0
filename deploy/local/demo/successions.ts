import { siretOf } from './adhesions.js';
import { Papers } from './papers.js';
import { people } from './players.js';
import type { DemoAct } from './scenario.js';
import { type Stage, StoryBroken } from './stage.js';

export type SuccessionAct = Extract<DemoAct, { kind: 'plan-succession' }>;

type ChorusProAct = Extract<DemoAct, { kind: 'record-chorus-pro' }>;

/** One coordinator proposes a succession on its arrêté, the other approves it (ADH-5). */
export class Successions {
  private readonly papers: Papers;

  constructor(private readonly stage: Stage) {
    this.papers = new Papers(stage);
  }

  /** All or none: on the day each is carried out, or none is. */
  async plan({ members, successor, effectiveOn, decidedOn }: SuccessionAct): Promise<void> {
    const { stage } = this;
    const { successions } = await stage.services.successions(people.coordinator).planSuccessions({
      idempotencyKey: `demo-succession-${successor.siren}`,
      marketCode: stage.scenario.marketCode,
      plans: await Promise.all(
        members.map(async (key) => ({
          kind: 'FULL',
          effectiveOn,
          predecessorMembershipId: (await stage.membershipOf(stage.member(key))).membershipId,
          successor: { ...successor, kind: 'COMMUNE' },
          documentId: await this.papers.deposit({
            ...{ kind: 'DECISION', title: `Arrêté de création de ${successor.name}` },
            ...{ datedOn: decidedOn, siren: stage.member(key).siren },
          }),
        })),
      ),
    });
    const [first] = successions;
    if (!first || successions.length !== members.length) {
      throw new StoryBroken(`La succession vers ${successor.name} n’est pas proposée.`);
    }
    // Played again, it is approved already.
    const approved =
      first.status === 'PROPOSED'
        ? (
            await stage.services.successions(people.verifier).approveSuccession({
              idempotencyKey: `demo-succession-${successor.siren}-approval`,
              successionId: first.successionId,
              digest: first.proposalDigest,
            })
          ).successions
        : successions;
    if (approved.some(({ status }) => !['PLANNED', 'CARRIED_OUT'].includes(status))) {
      throw new StoryBroken(`La succession vers ${successor.name} n’est pas prévue.`);
    }
  }
  /** Where its invoices go, from a day on; played again, it is there. */
  async recordChorusPro({ siren, validFrom }: ChorusProAct): Promise<void> {
    const organisations = this.stage.services.organisations(people.coordinator);
    const organisationId = `org-${siren}`;
    const { marketCode } = this.stage.scenario;
    const { file } = await organisations.getOrganisationFile({ marketCode, organisationId });
    const recipientSiret = siretOf(siren);
    if (file?.chorusPro?.recipientSiret === recipientSiret) return;
    await organisations.recordChorusPro({
      ...{ idempotencyKey: `demo-chorus-pro-${siren}`, marketCode, organisationId },
      expectedVersion: file?.version ?? 0,
      validFrom,
      chorusPro: { recipientSiret, marketNumber: 'EP22-DEMO' },
    });
  }
}
