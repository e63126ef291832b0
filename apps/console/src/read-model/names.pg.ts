import { Injectable } from '@nestjs/common';
import { ConsoleTables } from '../console-tables.prisma-client.js';
import { wordsOf } from './normalise.js';

/** What acts by itself, as people call it. Services act under their own name. */
const hands: Readonly<Record<string, string>> = {
  calendar: 'Le calendrier du marché',
  scheduler: 'Le calendrier du marché',
  player: 'Le service, en ligne de commande',
  'system:over-quota': 'Le service, selon les règles du marché',
  membership: 'Le service des adhésions',
  directory: 'Le service de l’annuaire',
  provisioning: 'Le service des comptes',
  metering: 'Le service de mesure',
  billing: 'Le service de facturation',
  console: 'L’application',
  ent: 'La ligne de commande',
};
/** More than a group has agents. */
const agentsMax = 20_000;
const unknown = 'Une personne jamais connectée ici';

type PersonName = { readonly lastName: string; readonly firstName: string };

/**
 * Names for what history and journal keep as ids. Of those who work here, as their logins told them: a login is no
 * name, and is never shown for one.
 */
@Injectable()
export class Names {
  constructor(private readonly tables: ConsoleTables) {}

  async ofAgents(userIds: readonly string[]): Promise<(userId: string) => string> {
    const agents = await this.tables.read.agent.findMany({
      where: { userId: { in: [...new Set(userIds)] } },
      select: { userId: true, name: true },
    });
    const names = new Map(agents.map(({ userId, name }) => [userId, name]));
    return (userId) => (userId ? (names.get(userId) ?? hands[userId] ?? unknown) : '');
  }

  /** Of those who ever logged in: each word begins one of the name. */
  async agentsNamed(words: readonly string[]): Promise<string[]> {
    const agents = await this.tables.read.agent.findMany({
      select: { userId: true, name: true },
      take: agentsMax,
    });
    const bears = (name: string) => {
      const own = wordsOf(name);
      return words.every((word) => own.some((one) => one.startsWith(word)));
    };
    return agents.filter(({ name }) => bears(name)).map(({ userId }) => userId);
  }

  /** Ids of the people whose name has all these words, whole, wherever they are. */
  async peopleNamed(words: readonly string[], limit: number): Promise<string[]> {
    const people = await this.tables.read.person.findMany({
      where: { AND: words.map((word) => ({ words: { some: { word } } })) },
      select: { personId: true },
      orderBy: { personId: 'asc' },
      take: limit,
    });
    return people.map(({ personId }) => personId);
  }

  /** By UAI; a school that is not known has none. */
  async ofSchools(uais: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const schools = await this.tables.read.school.findMany({
      where: { uai: { in: [...new Set(uais)] } },
      select: { uai: true, name: true },
    });
    return new Map(schools.map(({ uai, name }) => [uai, name]));
  }

  /** By id, whole: to show them is a look (SUP-2). Who was erased has none (SUP-4). */
  async ofPeople(personIds: readonly string[]): Promise<ReadonlyMap<string, PersonName>> {
    const people = await this.tables.read.person.findMany({
      where: { personId: { in: [...new Set(personIds)] } },
      select: { personId: true, lastName: true, firstName: true },
    });
    return new Map(people.map(({ personId, ...name }) => [personId, name]));
  }
}
