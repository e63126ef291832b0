import { setTimeout as sleep } from 'node:timers/promises';
import { isSiren, uaiCheckLetter } from '#libs/identifiers';
import { localDate, type LocalDate } from '#libs/time';
import { patience } from '#libs/testing';
import { Agreements } from '../../../deploy/local/demo/agreements.js';
import { Adhesions } from '../../../deploy/local/demo/adhesions.js';
import { Mendings } from '../../../deploy/local/demo/mendings.js';
import type { DemoMember } from '../../../deploy/local/demo/members.js';
import { people } from '../../../deploy/local/demo/players.js';
import { demoScenario } from '../../../deploy/local/demo/scenario.js';
import { type ServiceName, Services } from '../../../deploy/local/demo/services.js';
import { demoSettings } from '../../../deploy/local/demo/settings.js';
import { demoFile, Stage } from '../../../deploy/local/demo/stage.js';

/** What an order adds to what is in force, from a day on. */
export type OrderChange = { readonly effectiveFrom: LocalDate; readonly delta: number };

const silent = { say() {}, wait() {}, done() {} };
const patienceMs = 60_000 * patience;

/**
 * As many members of the demo's market as a scenario needs, through the doors of the services and
 * with the people of the demo. All are invented: SIREN of the range 999, and names that say so.
 */
export class ManyMembers {
  readonly members: readonly DemoMember[];
  private readonly services: Services;
  private readonly stage: Stage;

  /** `env`: of a running stack. `started`: those of its services that keep a calendar. */
  constructor(
    env: Record<string, string>,
    /** So many invented ones, or these. */
    members: number | readonly DemoMember[],
    private readonly started: readonly ServiceName[],
    /** How many accounts the group may order at most (ORD-6); 0: as many as it likes. */
    private readonly groupMaximum = 0,
  ) {
    this.members =
      typeof members === 'number'
        ? Array.from({ length: members }, (_, index) => aMember(index))
        : members;
    this.services = new Services(demoSettings.parse(env), silent);
    const scenario = { ...demoScenario('small'), members: this.members };
    this.stage = new Stage(scenario, this.services, silent);
  }

  get marketCode(): string {
    return this.stage.scenario.marketCode;
  }

  /** From the publication of the market to its first day, on which all are active and prices are known. */
  async join(): Promise<void> {
    const adhesions = new Adhesions(this.stage);
    await this.beginDay('2021-11-15');
    await this.publishMarket();
    await this.beginDay('2022-01-14');
    await adhesions.apply('rectorat');
    for (const { key } of this.members) await adhesions.apply(key);
    await this.beginDay('2022-01-16');
    await adhesions.verifyAndAccept();
    await this.beginDay('2022-07-19');
    const agreements = new Agreements(this.services, this.marketCode);
    await agreements.prices(demoFile('bpu-e-primo-2022.csv'), '2021-12-15');
    await adhesions.activate();
  }

  private async publishMarket(): Promise<void> {
    const file = JSON.parse(demoFile(`markets/${this.marketCode}.json`).toString('utf8')) as {
      items: { groupMaximum: number }[];
    };
    for (const item of file.items) item.groupMaximum = this.groupMaximum;
    await this.services.membership(people.coordinator).loadMarket({
      content: JSON.stringify(file),
      idempotencyKey: 'market',
    });
  }

  /** Each member's orderer signs one order of these lines. */
  async order(changes: readonly OrderChange[]): Promise<void> {
    const itemCode = await this.stage.itemCode();
    const memberships = await this.stage.memberships();
    for (const member of this.members) {
      await this.services.membership(people.ordererOf(member)).signOrder({
        idempotencyKey: `order-${member.key}`,
        membershipId: memberships.get(member.siren)?.membershipId ?? '',
        lines: changes.map((change) => ({ ...change, itemCode })),
      });
    }
  }

  /** A change of the past that the first member and the supplier agree on (ORD-4); gives the member's id. */
  async correctFirst(agreedOn: string, changes: readonly OrderChange[]): Promise<string> {
    const [{ key, siren }] = this.members as [DemoMember];
    const agreed = { agreedOn: localDate(agreedOn), lines: changes };
    await new Mendings(this.stage).correctOrders({
      kind: 'correct-orders',
      member: key,
      ...agreed,
    });
    return (await this.membershipIds()).get(siren) ?? '';
  }

  /** Membership ids by SIREN. */
  async membershipIds(): Promise<ReadonlyMap<string, string>> {
    const known = [...(await this.stage.memberships())];
    return new Map(known.map(([siren, { membershipId }]) => [siren, membershipId]));
  }

  async beginDay(day: string): Promise<void> {
    await this.announceDay(day);
    await this.untilAllStandAt(day);
  }

  /** Without waiting until anybody has read it. */
  async announceDay(day: string): Promise<void> {
    await this.services.membership().startBusinessDay({ date: localDate(day) });
  }

  /**
   * All who were started have begun the day, and read and told everything: two looks in a row, since what one told
   * between its look and another's is seen in the next only.
   */
  async untilAllStandAt(day: string): Promise<void> {
    const until = Date.now() + patienceMs;
    for (let looks = 0; looks < 2;) {
      const quiet = await Promise.all(this.started.map((name) => this.isQuietAt(name, day)));
      looks = quiet.every(Boolean) ? looks + 1 : 0;
      if (Date.now() > until) throw new Error(`not everybody stands at ${day}, quietly`);
      await sleep(50);
    }
  }

  close(): void {
    this.services.close();
  }

  private async isQuietAt(name: ServiceName, day: string): Promise<boolean> {
    const status = await this.services.operations(name).getStatus({});
    const { businessDate, outboxPending, consumerLag, workPending } = status;
    return businessDate === day && outboxPending + consumerLag + workPending === 0n;
  }
}

/** A grouping of one commune with one school; the commitments differ from member to member. */
function aMember(index: number): DemoMember {
  const number = String(index + 1).padStart(3, '0');
  const digits = `044${String(9_100 + index)}`;
  const committed = 101 + 7 * index;
  return {
    key: `member-${number}`,
    name: `CC de l’Exemple ${number} (fictive)`,
    kind: 'EPCI',
    siren: sirenFrom(`99910${number}`),
    communes: ['44003'],
    address: `${index + 1} rue de l’Exemple, 44150 Ancenis-Saint-Géréon`,
    appliedOn: '2021-12-01',
    registerException: 'École inventée : les vraies ne suffisent pas à tant de membres.',
    schools: [
      {
        uai: `${digits}${uaiCheckLetter(digits)}`,
        insee: '44003',
        headcount: committed,
        committed,
      },
    ],
  };
}

function sirenFrom(eightDigits: string): string {
  const found = Array.from({ length: 10 }, (_, digit) => `${eightDigits}${digit}`).find(isSiren);
  if (!found) throw new RangeError(`no check digit for ${eightDigits}`);
  return found;
}
