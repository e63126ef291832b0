import {
  AccountState,
  type Double,
  type DoubleSide,
  type Import,
  type Person,
} from '#libs/contracts';
import { formatCount } from '#libs/money';
import { academySource } from '../directory-imports.js';
import { followImport, storyBrokenBy } from '../follow-import.js';
import { waitUntilQuiet } from '../quiet.js';
import type { Services } from '../services.js';
import { StoryBroken } from '../stage.js';
import type { Teller } from '../teller.js';
import type { AcademyPeople, Question, SideWithChildren } from './academy-people.js';
import { agent } from './academy-story.js';
import { ldapTitle } from './deliveries.js';

const perPage = 200;
const reason = 'CORRECTION_SOURCE';
const isGone = new Set([AccountState.CLOSING, AccountState.DELETED]);

/** What a person decides: held schools (DIR-3), two who may be one (DIR-2), an erasure to be proven (SUP-4). */
export class Decisions {
  constructor(
    private readonly services: Services,
    private readonly teller: Teller,
    private readonly people: AcademyPeople,
  ) {}

  /** Of what an import holds one school is approved and the other rejected. */
  async decideHeld(
    held: Import,
    { approved, rejected }: { readonly approved: string; readonly rejected: string },
  ): Promise<void> {
    if (held.state === 'COMPLETED') return;
    if (held.state !== 'HELD') throw storyBrokenBy(held);
    const { importId } = held;
    const waiting = await this.heldSchools(held.planId);
    const foreign = waiting.filter((uai) => uai !== approved && uai !== rejected);
    if (foreign.length > 0) throw new StoryBroken(`Aussi retenues : ${foreign.join(', ')}.`);
    if (waiting.includes(approved)) {
      const asked = { planId: held.planId, uai: approved, reason: 'FERMETURE_ECOLE' };
      await this.services.directory(agent).approvePlan(asked);
    }
    const left = await followImport(
      this.services,
      this.teller,
      importId,
      ({ peopleRemoved }) => peopleRemoved > 0,
    );
    const asked = { planId: left.planId, uai: rejected, reason };
    await this.services.directory(agent).rejectPlan(asked);
    const ended = await followImport(
      this.services,
      this.teller,
      importId,
      ({ state }) => state !== 'HELD',
    );
    if (ended.state !== 'COMPLETED') throw storyBrokenBy(ended);
  }

  private async heldSchools(planId: string): Promise<string[]> {
    const { schools } = await this.services
      .directory(agent)
      .listPlanSchools({ planId, state: 'HELD', limit: perPage });
    return schools.map(({ uai }) => uai);
  }

  /** All questions within reach, as somebody answers who knows the families; some that the academy asks alone may stay. */
  async answerQuestions(by: string, left: number): Promise<void> {
    let answered = 0;
    for (;;) {
      const open = await this.openQuestions(by);
      const ofAcademy = open.filter(isOfAcademy);
      const kept = new Set(ofAcademy.slice(ofAcademy.length - left).map(({ pairId }) => pairId));
      const asked = left === 0 ? open : open.filter(({ pairId }) => !kept.has(pairId));
      if (asked.length === 0) return;
      for (const { pairId } of asked) {
        await this.answer(by, pairId);
        answered += 1;
        this.teller.wait(`${formatCount(answered)} questions de doublons répondues`);
      }
    }
  }

  /** In the order of their pairs. */
  async openQuestions(by: string): Promise<Double[]> {
    const found: Double[] = [];
    let cursor = '';
    do {
      const page = await this.services.directory(by).listDoubles({ limit: perPage, cursor });
      found.push(...page.doubles);
      cursor = page.nextCursor;
    } while (cursor !== '');
    return found.sort((one, other) => (one.pairId < other.pairId ? -1 : 1));
  }

  /** A question with the children of both. */
  async withFamilies(pairId: string): Promise<Question> {
    const { newcomer, known } = await this.withNames(pairId);
    if (!newcomer || !known)
      throw new StoryBroken(`La question ${pairId} n’a plus ses deux côtés.`);
    return { newcomer: await this.withChildren(newcomer), known: await this.withChildren(known) };
  }

  private async withNames(pairId: string): Promise<Double> {
    const { double } = await this.services.directory(agent).getDouble({ pairId });
    if (!double) throw new StoryBroken(`La question ${pairId} n’existe plus.`);
    return double;
  }

  private async answer(by: string, pairId: string): Promise<void> {
    const question = await this.withNames(pairId);
    const answer = (await this.isOne(question)) ? 'SAME' : 'DIFFERENT';
    const idempotencyKey = `academie-${pairId}`;
    const decision = { pairId, answer, expectedVersion: question.version, idempotencyKey };
    await this.services
      .directory(by)
      .decideDouble(decision)
      .catch((error: { code?: string }) => {
        // Asked of somebody who has become somebody else meanwhile, or whom an answer before has told apart.
        if (!['DOUBLE_UNKNOWN', 'DOUBLE_ANSWERED'].includes(error.code ?? '')) throw error;
      });
  }

  private async isOne({ newcomer, known }: Double): Promise<boolean> {
    if (!newcomer || !known) return false;
    const [one, other] = await Promise.all(
      [newcomer, known].map((side) => this.withChildren(side)),
    );
    return this.people.isOne({ newcomer: one!, known: other! });
  }

  private async withChildren(side: DoubleSide): Promise<SideWithChildren> {
    const directory = this.services.directory();
    const { person } = await directory.getPerson({ personId: side.personId });
    const children = await Promise.all(
      (person?.childIds ?? []).map(
        async (personId) => (await directory.getPerson({ personId })).person,
      ),
    );
    return { ...side, children: children.filter((child) => child !== undefined) };
  }

  /** Two who are not one are taken for one, then parted: each is as before, in every place and link, with its accounts. */
  async mergeAndUndo(): Promise<void> {
    const directory = this.services.directory(agent);
    const { merges } = await directory.listMerges({ decidedBy: 'PERSON', limit: perPage });
    if (merges.some(({ undoneOn }) => undoneOn !== '')) return;
    const open = await Promise.all(
      (await this.openQuestions(agent))
        .filter(isOfAcademy)
        .map(({ pairId }) => this.withNames(pairId)),
    );
    const answers = await Promise.all(open.map((question) => this.isOne(question)));
    const taken = open.find((_, at) => !answers[at]) ?? open[0];
    if (!taken?.newcomer || !taken.known) throw new StoryBroken('Aucune question n’est ouverte.');
    const both = [taken.newcomer, taken.known].map(({ personId }) => personId);
    const before = await this.pictureOf(both);
    const { pairId, version: expectedVersion } = taken;
    const decision = { pairId, answer: 'SAME', expectedVersion, idempotencyKey: 'academie-merge' };
    const { mergeId } = await directory.decideDouble(decision);
    await waitUntilQuiet(this.services, this.teller, undefined);
    if ((await this.pictureOf(both)) === before) {
      throw new StoryBroken('La réunion n’a rien changé.');
    }
    await directory.undoMerge({ mergeId, idempotencyKey: 'academie-undo' });
    await waitUntilQuiet(this.services, this.teller, undefined);
    if ((await this.pictureOf(both)) !== before) {
      throw new StoryBroken('La réunion défaite, tout n’est pas comme avant.');
    }
  }

  /** Two people and their relatives, with their dated places and links, and the open accounts of the two. */
  private async pictureOf(ids: readonly string[]): Promise<string> {
    const own = await Promise.all(ids.map((id) => this.person(id)));
    const relatives = own.flatMap(({ childIds, guardianIds }) => [...childIds, ...guardianIds]);
    const people = [...own, ...(await Promise.all(relatives.sort().map((id) => this.person(id))))];
    const accounts = await Promise.all(
      ids.map(async (personId) => {
        const page = await this.services.provisioning().listAccounts({ personId, limit: perPage });
        // What was opened for a profile that the other one brought closes in its own time (PRV-3).
        const open = page.accounts.filter(({ state }) => !isGone.has(state));
        return open.map(({ accountId, state }) => `${accountId} ${state}`).sort();
      }),
    );
    return JSON.stringify([people.map(sorted), accounts]);
  }

  private async person(personId: string): Promise<Person> {
    const { person } = await this.services.directory().getPerson({ personId });
    if (!person) throw new StoryBroken(`La personne ${personId} est inconnue.`);
    return person;
  }

  /** Of those who left with the school that closed, or of any, one is asked for everywhere. */
  async proveErasure(): Promise<void> {
    const officer = this.services.directory('dpo');
    const { erasures } = await officer.listErasures({ limit: perPage });
    const [newest] = erasures;
    if (!newest) throw new StoryBroken('Personne n’a été effacé.');
    const { personId } = erasures.find(({ provedAt }) => provedAt !== '') ?? newest;
    const proof = await officer.proveErasure({ personId }, { deadlineMs: 150_000 });
    if (proof.erasure?.unexpected === 0) return;
    const found = proof.places.filter(
      ({ verdict }) => !['NOTHING', 'ALLOWED', 'BY_DESIGN'].includes(verdict),
    );
    throw new StoryBroken(
      `L’effacement n’est pas prouvé : ${found.map(({ system, place, words }) => `${system} ${place} : ${words}`).join(' ; ')}`,
    );
  }
}

/** Both are stated by the academy, its AAF and perhaps its LDAP: whatever is answered, nobody is there twice by a table. */
const isOfAcademy = ({ newcomer, known }: Double): boolean =>
  [newcomer, known].every(
    (side) =>
      side?.sources.includes(academySource.title) &&
      side.sources.every((title) => title === academySource.title || title === ldapTitle),
  );

const sorted = ({ personId, lastName, firstName, birthDate, ...links }: Person) => ({
  ...{ personId, lastName, firstName, birthDate },
  childIds: [...links.childIds].sort(),
  guardianIds: [...links.guardianIds].sort(),
  enrolments: links.enrolments
    .map(({ uai, profile, period, classId, classLabel }) =>
      [uai, profile, period?.startsOn, period?.endsOn, classId, classLabel].join(' '),
    )
    .sort(),
});
