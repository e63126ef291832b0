import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Membership } from '#libs/contracts';
import { formatCount } from '#libs/money';
import { DomainError } from '#libs/problems';
import { addDays, localDate } from '#libs/time';
import { generateAaf } from '../../../test/support/generator/generate-aaf.js';
import { annexe2Of } from './annexe2.js';
import { type EntUsers } from './ent-users.js';
import { type RefusalFigures } from './figures.js';
import { type DemoMember, rectoratAppliedOn } from './members.js';
import { WaitedTooLong } from './patience.js';
import { people } from './players.js';
import { type DemoAct, type DemoScenario } from './scenario.js';
import { type Services } from './services.js';
import { type Teller } from './teller.js';

type ActOf<Kind extends DemoAct['kind']> = Extract<DemoAct, { kind: Kind }>;
const importPatienceMs = 300_000;

/** The story did not go as it is written: a rule answered otherwise than the demo tells. */
export class StoryBroken extends Error {
  override readonly name = 'StoryBroken';
}

/** Does the acts of the scenario through the services' doors. Each may be done again and changes nothing then. */
export class Actor {
  constructor(
    private readonly scenario: DemoScenario,
    private readonly services: Services,
    private readonly entUsers: EntUsers,
    private readonly teller: Teller,
    private readonly dropFolder: string,
  ) {}

  async perform(act: DemoAct): Promise<void> {
    switch (act.kind) {
      case 'publish-market':
        return this.publishMarket();
      case 'apply':
        return this.apply(act);
      case 'verify-and-accept':
        return this.verifyAndAccept();
      case 'import-prices':
        return this.importPrices();
      case 'activate-memberships':
        return this.activateMemberships();
      case 'finance-schools':
        return this.financeSchools(act);
      case 'order':
        return this.order(act);
      case 'import-directory':
        return this.importDirectory(act);
      case 'use-accounts':
        return this.useAccounts(act);
      case 'bill':
        return this.bill(act);
      default:
        act satisfies never;
    }
  }

  /** Memberships of the market by SIREN, as membership states them. */
  async memberships(): Promise<ReadonlyMap<string, Membership>> {
    const found = new Map<string, Membership>();
    let cursor = '';
    do {
      const { memberships, page } = await this.services
        .membership(people.coordinator)
        .listMemberships({
          marketCode: this.scenario.marketCode,
          page: { limit: 200, cursor },
        });
      for (const one of memberships) found.set(one.organisation?.siren ?? '', one);
      cursor = page?.nextCursor ?? '';
    } while (cursor !== '');
    return found;
  }

  private async publishMarket(): Promise<void> {
    await this.services.membership(people.coordinator).loadMarket({
      content: readFileSync(dataFile(`markets/${this.scenario.marketCode}.json`), 'utf8'),
      idempotencyKey: 'demo-market',
    });
  }

  private async apply({ member: key }: ActOf<'apply'>): Promise<void> {
    const member = key === 'rectorat' ? await this.rectorat() : this.member(key);
    const itemCode = await this.itemCode();
    const annexe2 = annexe2Of(member, itemCode);
    const membership = this.services.membership(people.coordinator);
    const { membershipId, status, reasons } = await membership.applyForMembership({
      idempotencyKey: `demo-apply-${key}`,
      marketCode: this.scenario.marketCode,
      organisation: {
        organisationId: `org-${member.siren}`,
        name: member.name,
        siren: member.siren,
        kind: member.kind,
        insee: member.insee ?? '',
        communes: [...(member.communes ?? [])],
        address: member.address,
        chorusPro: { recipientSiret: siretOf(member.siren), marketNumber: 'EP22-DEMO' },
      },
      letterNumber: `1A ${member.siren} 7`,
      sentOn: member.appliedOn,
      receivedOn: addDays(localDate(member.appliedOn), 2),
      documents: [
        {
          kind: 'CONVENTION',
          title: `Convention signée, ${member.name}`,
          datedOn: member.appliedOn,
        },
        ...(member.kind === 'STATE'
          ? []
          : [
              {
                kind: 'DELIBERATION',
                title: `Délibération, ${member.name}`,
                datedOn: member.appliedOn,
              },
              {
                kind: 'ANNEXE2',
                title: `Annexe 2, ${member.name}`,
                sha256: annexe2.sha256,
                datedOn: member.appliedOn,
              },
            ]),
      ],
    });
    if (status === 'REFUSED') throw new StoryBroken(`${member.name} : ${reasons.join(' ')}`);
    if (member.schools.length === 0) return;
    const { faults } = await membership.importAnnexe2({
      membershipId,
      fileName: annexe2.fileName,
      content: annexe2.content,
      datedOn: member.appliedOn,
      idempotencyKey: `demo-annexe2-${key}`,
    });
    if (faults.length > 0) {
      throw new StoryBroken(`${member.name} : ${faults.map(({ message }) => message).join(' ')}`);
    }
  }

  private async verifyAndAccept(): Promise<void> {
    const itemCode = await this.itemCode();
    const memberships = await this.memberships();
    for (const member of [await this.rectorat(), ...this.scenario.members]) {
      const membership = required(memberships, member);
      if (membership.status !== 'APPLIED') continue;
      const { membershipId } = membership;
      if (member.schools.length > 0) {
        const { sha256 } = annexe2Of(member, itemCode);
        await this.services.membership(people.verifier).verifyAnnexe2({ membershipId, sha256 });
      }
      const { status, reasons } = await this.services
        .membership(people.coordinator)
        .acceptApplication({ membershipId });
      if (status === 'REFUSED') throw new StoryBroken(`${member.name} : ${reasons.join(' ')}`);
    }
  }

  private async importPrices(): Promise<void> {
    await this.services.billing(people.coordinator).importPrices({
      marketCode: this.scenario.marketCode,
      content: readFileSync(dataFile('bpu-e-primo-2022.csv')),
      idempotencyKey: 'demo-prices',
    });
  }

  private async activateMemberships(): Promise<void> {
    for (const { membershipId, status } of (await this.memberships()).values()) {
      if (status !== 'ACCEPTED') continue;
      await this.services.membership(people.coordinator).activateMembership({ membershipId });
    }
  }

  private async financeSchools({ from }: ActOf<'finance-schools'>): Promise<void> {
    const memberships = await this.memberships();
    for (const member of this.scenario.members) {
      const { membershipId } = required(memberships, member);
      for (const { uai, insee } of member.schools) {
        await this.services.membership(people.coordinator).financeSchool({
          idempotencyKey: `demo-finance-${uai}`,
          membershipId,
          uai,
          from,
          insee,
        });
      }
    }
  }

  private async order(act: ActOf<'order'>): Promise<void> {
    const refusal = await this.refusalOf(act);
    if (act.refusedWith === refusal?.code) return;
    const told = refusal ? `${refusal.code}, ${refusal.message}` : 'acceptée';
    throw new StoryBroken(
      `La commande de ${act.delta} pour ${act.member} devait être ${act.refusedWith ?? 'acceptée'} ; réponse : ${told}`,
    );
  }

  /**
   * Signs the order as the member's orderer, and tells the refusal if there is one. The same order
   * again gets its first answer again, a refusal too (ORD-3).
   */
  async refusalOf(act: ActOf<'order'>): Promise<RefusalFigures | undefined> {
    const member = this.member(act.member);
    const { membershipId } = required(await this.memberships(), member);
    const itemCode = await this.itemCode();
    try {
      await this.services.membership(people.ordererOf(member)).signOrder({
        idempotencyKey: `demo-order-${act.member}-${act.effectiveFrom}-${act.delta}`,
        membershipId,
        lines: [{ itemCode, effectiveFrom: act.effectiveFrom, delta: BigInt(act.delta) }],
      });
      return undefined;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { member: member.name, code: error.code, message: error.message };
    }
  }

  private async importDirectory(act: ActOf<'import-directory'>): Promise<void> {
    await this.writeExport(act);
    const directory = this.services.directory();
    const { importId } = await directory.startImport({ folder: act.folder });
    const until = Date.now() + importPatienceMs;
    for (;;) {
      const { import: state } = await directory.getImport({ importId });
      if (!state) throw new StoryBroken(`L’import ${act.folder} est inconnu de l’annuaire.`);
      if (state.state === 'COMPLETED') break;
      if (state.state === 'HELD' || state.state === 'REFUSED') {
        const causes = state.remarks.map(({ code, message }) => `${code} ${message}`).join(' ; ');
        throw new StoryBroken(`L’import ${act.folder} est ${state.state} : ${causes}`);
      }
      this.teller.wait(
        `import ${act.folder} : ${formatCount(state.entriesRead)} entrées lues, ` +
          `${formatCount(state.peopleApplied)} personnes enregistrées sur ${formatCount(state.peoplePlanned)}`,
      );
      if (Date.now() > until) {
        throw new WaitedTooLong(`L’import ${act.folder} n’est pas terminé après 5 minutes.`);
      }
      await sleep(200);
    }
  }

  /** Written beside, then renamed: a folder of that name is whole, so one that is there is left alone. */
  private async writeExport({ folder, exportedOn, changes }: ActOf<'import-directory'>) {
    const target = join(this.dropFolder, folder);
    if (existsSync(target)) return;
    const draft = join(this.dropFolder, `.${folder}.${process.pid}`);
    this.teller.wait(`écrit l’export AAF du ${exportedOn}`);
    await generateAaf({
      seed: this.scenario.seed,
      schools: this.scenario.members.flatMap(({ schools }) =>
        schools.map(({ uai, headcount }) => ({ uai, headcount })),
      ),
      rentree: this.scenario.rentree,
      folder: draft,
      exportedOn,
      changes,
    });
    try {
      renameSync(draft, target);
    } catch (error) {
      // Another player was faster: its folder holds the same bytes.
      if (!existsSync(target)) throw error;
      rmSync(draft, { recursive: true });
    }
  }

  private async useAccounts({ percent }: ActOf<'use-accounts'>): Promise<void> {
    for (const { schools } of this.scenario.members) {
      for (const { uai } of schools) await this.entUsers.activate(uai, 'Student', percent);
    }
  }

  private async bill({ periodEndsOn }: ActOf<'bill'>): Promise<void> {
    const { failures } = await this.services.billing(people.supplier).runBilling(
      {
        marketCode: this.scenario.marketCode,
        periodEndsOn,
        idempotencyKey: `demo-bill-${periodEndsOn}`,
      },
      { deadlineMs: 60_000 },
    );
    if (failures.length > 0) {
      throw new StoryBroken(failures.map(({ code, message }) => `${code} ${message}`).join(' ; '));
    }
  }

  private member(key: string): DemoMember {
    const member = this.scenario.members.find((one) => one.key === key);
    if (!member) throw new RangeError(`The scenario has no member ${key}`);
    return member;
  }

  /** The coordinator is a member too; its SIREN is the one that the market states. */
  private async rectorat(): Promise<DemoMember> {
    return {
      key: 'rectorat',
      name: 'Rectorat (SIREN fictif)',
      kind: 'STATE',
      siren: (await this.market()).coordinatorSiren,
      address: '4 rue de la Houssinière, 44300 Nantes',
      appliedOn: rectoratAppliedOn,
      schools: [],
    };
  }

  /** The one item of this market: « compte élève ». */
  async itemCode(): Promise<string> {
    return (await this.market()).items[0]?.code ?? '';
  }

  async market() {
    const { market } = await this.services
      .membership(people.coordinator)
      .getMarket({ code: this.scenario.marketCode });
    if (!market) throw new StoryBroken(`Le marché ${this.scenario.marketCode} est inconnu.`);
    return market;
  }
}

function required(memberships: ReadonlyMap<string, Membership>, { siren, name }: DemoMember) {
  const membership = memberships.get(siren);
  if (!membership) throw new StoryBroken(`${name} n’a pas de dossier d’adhésion.`);
  return membership;
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

/** Data files are not compiled: they lie beside the sources. */
function dataFile(name: string): URL {
  return new URL(name, import.meta.url.replace('/dist/deploy/', '/deploy/'));
}
