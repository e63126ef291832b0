import type { Adhesions } from '../adhesions.js';
import type { AcademyAct } from './academy-story.js';
import type { Decisions } from './decisions.js';
import type { Deliveries } from './deliveries.js';

/** Does the acts of the academy's story through the services' doors. Each may be done again and changes nothing then. */
export class AcademyActor {
  constructor(
    private readonly adhesions: Adhesions,
    private readonly deliveries: Deliveries,
    private readonly decisions: Decisions,
  ) {}

  async perform(act: AcademyAct): Promise<void> {
    switch (act.kind) {
      case 'announce-successor':
        return this.adhesions.announceSuccessor(act.marketCode);
      case 'apply':
        return this.adhesions.apply(act.member);
      case 'verify-and-accept':
        return this.adhesions.verifyAndAccept();
      case 'fix-dates':
        return this.adhesions.fixDates(act.notifiedOn, act.effectiveOn);
      case 'activate-memberships':
        return this.adhesions.activate();
      case 'finance-schools':
        return this.adhesions.financeSchools(act.from);
      case 'declare-sources':
        return this.deliveries.declareSources();
      case 'deliver-aaf':
        return this.deliveries.complete(await this.deliveries.deliverAaf(act));
      case 'deliver-emptied':
        return this.decisions.decideHeld(
          await this.deliveries.deliverAaf({ ...act, emptied: [act.approved, act.rejected] }),
          act,
        );
      case 'send-onde':
        return this.deliveries.sendOnde(act.uai, act.on);
      case 'send-tables':
        return this.deliveries.sendTables(act.uai, act.on);
      case 'fill-ldap':
        return void this.deliveries.fillLdap(act.on);
      case 'read-ldap':
        return this.deliveries.readLdap();
      case 'answer-questions':
        return this.decisions.answerQuestions(act.by, act.left);
      case 'merge-and-undo':
        return this.decisions.mergeAndUndo();
      case 'prove-erasure':
        return this.decisions.proveErasure();
      default:
        act satisfies never;
    }
  }
}
