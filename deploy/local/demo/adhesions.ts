import { addDays, localDate, type LocalDate } from '#libs/time';
import { annexe2Of } from './annexe2.js';
import type { DemoMember } from './members.js';
import { Papers } from './papers.js';
import { people } from './players.js';
import type { MarketStory } from './scenario.js';
import { demoFile, type Stage, StoryBroken } from './stage.js';

/** How organisations become members: market, applications, annex 2, activation, schools (ADH-1 to ADH-6). */
export class Adhesions {
  private readonly papers: Papers;

  constructor(private readonly stage: Stage<MarketStory>) {
    this.papers = new Papers(stage);
  }

  async publishMarket(): Promise<void> {
    await this.asCoordinator().loadMarket({
      content: demoFile(`markets/${this.stage.scenario.marketCode}.json`).toString('utf8'),
      idempotencyKey: 'demo-market',
    });
  }

  /** The market that follows stands beside the first: judged before it is written, foreseen only (MKT-1, MKT-3). */
  async announceSuccessor(marketCode: string): Promise<void> {
    const content = demoFile(`markets/${marketCode}.yaml`).toString('utf8');
    const markets = this.stage.services.markets(people.coordinator);
    const { mistakes, refusal } = await markets.importMarket({ content, dryRun: true });
    if (mistakes.length > 0 || refusal !== '') {
      throw new StoryBroken([...mistakes, refusal].join(' ; '));
    }
    await markets.importMarket({ content });
  }

  /** Days that were foreseen only are fixed on the letter of notification (MKT-3). */
  async fixDates(notifiedOn: LocalDate, effectiveOn: LocalDate): Promise<void> {
    const { marketCode } = this.stage.scenario;
    const documentId = await this.papers.deposit({
      ...{ kind: 'NOTIFICATION', title: 'Notification du marché', datedOn: notifiedOn },
    });
    for (const [which, on] of [
      ['NOTIFICATION', notifiedOn],
      ['EFFECTIVE', effectiveOn],
    ] as const) {
      const idempotencyKey = this.keyOf(`fix-${which}`);
      const fixed = { idempotencyKey, marketCode, which, on, documentId };
      await this.stage.services.markets(people.coordinator).fixDate(fixed);
    }
  }

  /** The letter with its documents, and annex 2 typed in. */
  async apply(key: string): Promise<void> {
    const { stage } = this;
    const member = key === 'rectorat' ? await stage.rectorat() : stage.member(key);
    const annexe2 = annexe2Of(member, await stage.itemCode());
    const { membershipId, status, reasons } = await this.asCoordinator().applyForMembership({
      idempotencyKey: this.keyOf(`apply-${key}`),
      marketCode: stage.scenario.marketCode,
      organisation: organisationOf(member),
      letterNumber: `1A ${member.siren} 7`,
      sentOn: member.appliedOn,
      receivedOn: addDays(localDate(member.appliedOn), 2),
      documentIds: await this.deposit(member),
    });
    if (status === 'REFUSED') throw new StoryBroken(`${member.name} : ${reasons.join(' ')}`);
    if (member.schools.length === 0) return;
    const { faults } = await this.asCoordinator().importAnnexe2({
      membershipId,
      fileName: annexe2.fileName,
      content: annexe2.content,
      datedOn: member.appliedOn,
      registerException: member.registerException ?? '',
      idempotencyKey: this.keyOf(`annexe2-${key}`),
    });
    if (faults.length > 0) {
      throw new StoryBroken(`${member.name} : ${faults.map(({ message }) => message).join(' ')}`);
    }
  }

  /** Annex 2 compared by somebody else than who typed it in (COM-1), then the application accepted. */
  async verifyAndAccept(): Promise<void> {
    const { stage } = this;
    const itemCode = await stage.itemCode();
    for (const member of [await stage.rectorat(), ...stage.scenario.members]) {
      const { membershipId, status: before } = await stage.membershipOf(member);
      if (before !== 'APPLIED') continue;
      if (member.schools.length > 0) {
        const { sha256 } = annexe2Of(member, itemCode);
        await stage.services.membership(people.verifier).verifyAnnexe2({ membershipId, sha256 });
      }
      const { status, reasons } = await this.asCoordinator().acceptApplication({ membershipId });
      if (status === 'REFUSED') throw new StoryBroken(`${member.name} : ${reasons.join(' ')}`);
    }
  }

  async activate(): Promise<void> {
    for (const { membershipId, status } of (await this.stage.memberships()).values()) {
      if (status === 'ACCEPTED') await this.asCoordinator().activateMembership({ membershipId });
    }
  }

  async financeSchools(from: LocalDate): Promise<void> {
    for (const member of this.stage.scenario.members) {
      const { membershipId } = await this.stage.membershipOf(member);
      for (const { uai, insee, territoryException = '' } of member.schools) {
        await this.asCoordinator().financeSchool({
          idempotencyKey: this.keyOf(`finance-${uai}`),
          membershipId,
          uai,
          from,
          insee,
          territoryException,
        });
      }
    }
  }

  /** The rectorat has no délibération, and needs no annex 2 (ADH-2). */
  private async deposit({ kind, name, siren, appliedOn }: DemoMember): Promise<string[]> {
    const letter = [
      ['CONVENTION', 'Convention signée'],
      ['DELIBERATION', 'Délibération'],
      ['ANNEXE2', 'Annexe 2'],
    ] as const;
    const ids: string[] = [];
    for (const [piece, title] of kind === 'STATE' ? letter.slice(0, 1) : letter) {
      const paper = { kind: piece, title: `${title}, ${name}`, datedOn: appliedOn, siren };
      ids.push(await this.papers.deposit(paper));
    }
    return ids;
  }

  /** An organisation may join one market after the other. */
  private keyOf(what: string): string {
    return `demo-${this.stage.scenario.marketCode}-${what}`;
  }

  private asCoordinator() {
    return this.stage.services.membership(people.coordinator);
  }
}

function organisationOf(member: DemoMember) {
  return {
    organisationId: `org-${member.siren}`,
    name: member.name,
    siren: member.siren,
    kind: member.kind,
    insee: member.insee ?? '',
    communes: [...(member.communes ?? [])],
    address: member.address,
    chorusPro: {
      recipientSiret: siretOf(member.siren),
      marketNumber: 'EP22-DEMO',
      // The State takes no invoice without.
      ...(member.kind === 'STATE'
        ? { serviceCode: 'DEMO-DIVISION', purchaseOrderNumber: 'DEMO-1500000001' }
        : {}),
    },
  };
}

/** The head office: NIC 0001 and the check digit that makes the whole pass Luhn. */
export function siretOf(siren: string): string {
  const start = `${siren}0001`;
  const sum = [...start].reduce((total, digit, index) => {
    // The check digit will stand at the right, so places are counted from there.
    const doubled = Number(digit) * ((start.length - index) % 2 === 1 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${start}${(10 - (sum % 10)) % 10}`;
}
