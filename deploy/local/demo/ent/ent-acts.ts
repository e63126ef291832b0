import { type Erasure, Profile, type ProofPlace } from '#libs/contracts';
import { plural } from '#libs/money';
import { frenchDate, localDate } from '#libs/time';
import type { EntUsers } from '../ent-users.js';
import { patiently } from '../patience.js';
import { people } from '../players.js';
import { waitUntilQuiet } from '../quiet.js';
import { type Stage, StoryBroken } from '../stage.js';
import type { EntAct } from './ent-act.js';
import type { EntApi } from './ent-api.js';
import { EntOperator } from './ent-operator.js';
import { logInBy, type Provider } from './federated-logins.js';
import { changeByHand, handMade } from './hands-in-ent.js';
import { accountsOf, schoolsOf, wantedInEnt } from './ledger.js';
import { useLettersOf } from './letters-on-paper.js';

const perPage = 200;
/** More than the ENT's trash keeps anybody: 23 days on this stack, and up to the Saturday after. */
const trashDays = 31;
const isSettled = new Set(['MATCHED', 'REPAIRED', 'APPROVED', 'TOLD']);
const differenceWords: Readonly<Record<string, readonly [string, string]>> = {
  NAME: ['nom différent', 'noms différents'],
  PLACE: ['classe différente', 'classes différentes'],
  BLOCK: ['blocage', 'blocages'],
  MISSING: ['compte absent', 'comptes absents'],
  LINKS: ['famille différente', 'familles différentes'],
};

const doors: Readonly<Record<Provider, readonly [readonly [string, string], string]>> = {
  academy: [['enseignant', 'enseignants'], 'le guichet de l’académie'],
  educonnect: [['responsable', 'responsables'], 'ÉduConnect'],
};

/** Does what the story tells of the ENT. Each act may be done again, and says in French what came of it. */
export class EntActs {
  private readonly operator: EntOperator;

  constructor(
    private readonly stage: Stage,
    private readonly ent: EntApi,
    private readonly users: EntUsers,
  ) {
    this.operator = new EntOperator(ent.url);
  }

  async perform(act: EntAct): Promise<readonly string[]> {
    switch (act.kind) {
      case 'use-letters':
        return [await this.useLetters(act.uai)];
      case 'log-in-by-academy':
        return [await this.logInBy('academy', act.uai)];
      case 'log-in-by-educonnect':
        return [await this.logInBy('educonnect', act.uai)];
      case 'back-up-ent':
        await this.inEnt('sauvegarde', () => this.operator.backUp());
        return [];
      case 'put-ent-back':
        return [await this.putBack()];
      case 'change-ent-by-hand':
        await this.inEnt('changements à la main', () =>
          changeByHand(this.stage.services, this.ent, act.uai),
        );
        return [];
      case 'read-night':
        return [await this.readNight(act.found)];
      case 'prove-erasure':
        return [await this.proveErasure()];
    }
  }

  private async useLetters(uai: string): Promise<string> {
    const { services } = this.stage;
    const { classes, typed, withoutCode } = await this.inEnt(`lettres de ${uai}`, () =>
      useLettersOf(services, this.users, uai),
    );
    return `${uai} : les lettres de ${plural(classes, 'classe', 'classes')} imprimées par la direction, ${plural(typed, 'code lu sur le papier et tapé', 'codes lus sur le papier et tapés')} dans l’ENT ; ${plural(withoutCode, 'lettre dit', 'lettres disent')} comment entrer par ÉduConnect, sans code`;
  }

  private async logInBy(provider: Provider, uai: string): Promise<string> {
    const [who, door] = doors[provider];
    const { people: known, cameIn } = await this.inEnt(door, () =>
      logInBy(provider, this.ent.url, this.stage.scenario, uai),
    );
    if (cameIn !== known || known === 0)
      throw new StoryBroken(`L’ENT ne reconnaît par ${door} que ${cameIn} ${who[1]} sur ${known}.`);
    return `${uai} : ${plural(known, `${who[0]} entre`, `${who[1]} entrent`)} par ${door}, reconnus à leur clé AAF, sans code`;
  }

  private async putBack(): Promise<string> {
    await this.inEnt('sauvegarde remise', () => this.operator.putBack());
    const missing = await this.missing();
    if (missing === 0) throw new StoryBroken('Rien ne manque dans l’ENT remis en arrière.');
    return `${plural(missing, 'compte ouvert dans nos registres manque', 'comptes ouverts dans nos registres manquent')} à présent dans l’ENT`;
  }

  /**
   * What the day's night found in all schools and repaired. What it held, since it was more than the season allows a
   * school, is looked at once more: repairs bring guardians back with their children. What is left level 3 of support
   * accepts (PRV-8), and then nobody is missing.
   */
  private async readNight(found: 'MISSING' | 'BY_HAND'): Promise<string> {
    const { services } = this.stage;
    const [night] = (await services.provisioning(people.support3).listEntNights({})).nights;
    const day = night?.day ?? '';
    const seen = night?.differences.filter(({ count }) => count > 0) ?? [];
    const held = await this.heldOn(day);
    for (const uai of held) await services.provisioning(people.support3).askEntLooks({ uai });
    const accepted = held.length === 0 ? [] : await this.acceptHeld(day);
    const left = await this.heldOn(day);
    const missing = await this.missing();
    const kinds = new Set(seen.map(({ kind }) => kind));
    const wanted = found === 'MISSING' ? (['MISSING'] as const) : handMade;
    const told = seen
      .map(({ kind, count }) => plural(count, ...(differenceWords[kind] ?? [kind, kind])))
      .join(', ');
    if (!wanted.every((kind) => kinds.has(kind)) || left.length > 0 || missing > 0)
      throw new StoryBroken(
        `La nuit du ${day} a trouvé : ${told || 'rien'} ; ${left.length} écoles attendent, ${missing} comptes manquent encore.`,
      );
    const again =
      held.length === 0
        ? ''
        : `, dont ${plural(held.length, 'école', 'écoles')} au-delà du seuil : ${accepted.length === 0 ? 'relue, plus rien n’y diffère' : 'accepté par le niveau 3'}`;
    return `La nuit a trouvé ${told}${again} ; tout est réparé, aucun compte ne manque`;
  }

  /** Schools of a night in which something waits, or that could not be read. */
  private async heldOn(day: string): Promise<string[]> {
    const support = this.stage.services.provisioning(people.support3);
    const { looks } = await support.listEntSchoolLooks({ day, limit: perPage });
    return looks.filter(({ status }) => !isSettled.has(status)).map(({ uai }) => uai);
  }

  private async acceptHeld(day: string): Promise<string[]> {
    const { services, teller } = this.stage;
    await waitUntilQuiet(services, teller, undefined);
    const held = await this.heldOn(day);
    for (const uai of held)
      await services.provisioning(people.support3).approveEntPlan({
        ...{ day, uai, reason: 'CONTROLE', idempotencyKey: `demo-night-${day}-${uai}` },
      });
    await waitUntilQuiet(services, teller, undefined);
    return held;
  }

  /** Accounts that are open by our books and of which the ENT has no user, by its own lists. */
  private async missing(): Promise<number> {
    const { scenario, services } = this.stage;
    const uais = schoolsOf(scenario);
    const there = new Set(
      (await this.inEnt('lecture', () => this.ent.schools(uais))).flatMap(({ users }) =>
        users.map(({ login }) => login),
      ),
    );
    const accounts = await accountsOf(services, uais);
    return accounts.filter((one) => wantedInEnt(one) === 'OPEN' && !there.has(one.login)).length;
  }

  /** Of the pupils who left and are erased, the first: everywhere, and each of its accounts in the ENT. */
  private async proveErasure(): Promise<string> {
    const emptied = await this.inEnt('corbeille', () => this.operator.emptyTrash(trashDays));
    const officer = this.stage.services.directory(people.officer);
    const { personId, leftOn, erasedOn } = await this.erasedPupil();
    const { places } = await officer.proveErasure({ personId }, { deadlineMs: 150_000 });
    const left = places.filter(isUnexpected);
    if (left.length > 0)
      throw new StoryBroken(`L’effacement n’est pas prouvé : ${left.map(wordsOf).join(' ; ')}`);
    const inEnt = places.filter(({ system }) => system === 'ent').length;
    const [nothing, allowed] = ['NOTHING', 'ALLOWED'].map(
      (verdict) => places.filter((place) => place.verdict === verdict).length,
    );
    return `Élève parti le ${frenchDate(localDate(leftOn))}, effacé le ${frenchDate(localDate(erasedOn))} : ${plural(inEnt, 'compte cherché dans l’ENT, introuvable', 'comptes cherchés dans l’ENT, introuvables')} (${emptied} sortis de sa corbeille) ; rien dans ${nothing} endroits, permis et daté dans ${allowed}`;
  }

  private async erasedPupil(): Promise<Erasure> {
    const { erasures } = await this.stage.services
      .directory(people.officer)
      .listErasures({ limit: perPage });
    for (const erasure of erasures) {
      const { personId } = erasure;
      const { accounts } = await this.stage.services.provisioning().listAccounts({ personId });
      if (accounts.some(({ profile }) => profile === Profile.STUDENT)) return erasure;
    }
    throw new StoryBroken('Aucun élève parti n’est effacé.');
  }

  private inEnt<Value>(what: string, work: () => Promise<Value>): Promise<Value> {
    return patiently(`ENT, ${what}`, this.stage.teller, work);
  }
}

/** Who is erased has nothing left in the ENT, not even for a time; elsewhere what a rule allows. */
const isUnexpected = ({ system, verdict }: ProofPlace): boolean =>
  !['NOTHING', ...(system === 'ent' ? [] : ['ALLOWED', 'BY_DESIGN'])].includes(verdict);
const wordsOf = ({ system, place, words }: ProofPlace) => `${system} ${place} : ${words}`;
