import { readFileSync } from 'node:fs';
import type { Market, Membership } from '#libs/contracts';
import { type DemoMember, rectoratAppliedOn } from './members.js';
import { people } from './players.js';
import type { DemoScenario, MarketStory } from './scenario.js';
import type { Services } from './services.js';
import type { Teller } from './teller.js';

/** The story did not go as it is written: a rule answered otherwise than the demo tells. */
export class StoryBroken extends Error {
  override readonly name = 'StoryBroken';
}

/** What every act needs: the story, the doors, and what the services say of the market. */
export class Stage<Story extends MarketStory = DemoScenario> {
  constructor(
    readonly scenario: Story,
    readonly services: Services,
    readonly teller: Teller,
  ) {}

  async market(): Promise<Market> {
    const { market } = await this.services
      .membership(people.coordinator)
      .getMarket({ code: this.scenario.marketCode });
    if (!market) throw new StoryBroken(`Le marché ${this.scenario.marketCode} est inconnu.`);
    return market;
  }

  /** The one item of this market: « compte élève ». */
  async itemCode(): Promise<string> {
    return (await this.market()).items[0]?.code ?? '';
  }

  /** Memberships of the market by SIREN, as membership states them. */
  async memberships(): Promise<ReadonlyMap<string, Membership>> {
    const found = new Map<string, Membership>();
    let cursor = '';
    do {
      const { memberships, nextCursor } = await this.services
        .membership(people.coordinator)
        .listMemberships({
          marketCode: this.scenario.marketCode,
          limit: 200,
          cursor,
        });
      for (const one of memberships) found.set(one.organisation?.siren ?? '', one);
      cursor = nextCursor;
    } while (cursor !== '');
    return found;
  }

  async membershipOf({ siren, name }: DemoMember): Promise<Membership> {
    const membership = (await this.memberships()).get(siren);
    if (!membership) throw new StoryBroken(`${name} n’a pas de dossier d’adhésion.`);
    return membership;
  }

  member(key: string): DemoMember {
    const member = this.scenario.members.find((one) => one.key === key);
    if (!member) throw new RangeError(`The scenario has no member ${key}`);
    return member;
  }

  /** The coordinator is a member too; its SIREN is the one that the market states. */
  async rectorat(): Promise<DemoMember> {
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
}

/** Data files are not compiled: they lie beside the sources. */
export function demoFile(name: string): Buffer {
  return readFileSync(new URL(name, import.meta.url.replace('/dist/deploy/', '/deploy/')));
}
