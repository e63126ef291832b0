import { Injectable } from '@nestjs/common';
import {
  EntGateway,
  type EntMember,
  EntPlaceGone,
  EntRefused,
  type EntSchoolOfUser,
  Turns,
} from '../ent/ent.module.js';
import type { Place, WantedPlace } from './ent-task.js';
import { KnownPlaces } from './known-places.pg.js';

type KnownPlace = Place & { readonly classId: string };
/** A user of a school, with those of its classes that we made or took over. */
export type FoundUser = EntMember & { readonly places: readonly KnownPlace[] };

/** Schools and classes of the ENT, made once each, and its users by our identifier. */
@Injectable()
export class EntPlaces {
  private readonly structures = new Map<string, Promise<string>>();
  private readonly knownStructures = new Map<string, Promise<string | undefined>>();
  private readonly classes = new Map<string, Promise<string>>();
  private readonly creations = new Turns();

  constructor(
    private readonly ent: EntGateway,
    private readonly known: KnownPlaces,
  ) {}

  structure(uai: string, name: string): Promise<string> {
    return single(this.structures, uai, async () => {
      const known = await this.known.structureId(uai);
      if (known !== undefined) return known;
      const entId = await this.ent.ensureStructure({ uai, name });
      await this.known.keepStructure(uai, entId);
      return entId;
    });
  }

  /** Made by nobody here: undefined until the ENT has it. */
  knownStructure(uai: string): Promise<string | undefined> {
    return single(this.knownStructures, uai, async () => {
      const known = await this.known.structureId(uai);
      if (known !== undefined) return known;
      const found = (await this.ent.structures()).find((each) => each.uai === uai);
      if (found) await this.known.keepStructure(uai, found.entId);
      return found?.entId;
    });
  }

  schoolClass(structureId: string, place: WantedPlace): Promise<string> {
    const { uai, label } = place;
    return single(this.classes, `${uai}|${label}`, async () => {
      const known = await this.known.classId(uai, label);
      if (known !== undefined) return known;
      const entId = await this.makeClass(structureId, place);
      await this.known.keepClass(uai, label, entId);
      return entId;
    });
  }

  /**
   * The class instead of one that the ENT has no more (a change of the school year there, a platform put back): asked
   * for again, made anew where it is not there. Whoever was in the one that is gone must join it.
   */
  classInsteadOf(goneId: string, structureId: string, place: WantedPlace): Promise<string> {
    const { uai, label } = place;
    return single(this.classes, `${uai}|${label}`, async () => {
      const known = await this.known.classId(uai, label);
      // Made by somebody else meanwhile.
      if (known !== undefined && known !== goneId) return known;
      const entId = await this.makeClass(structureId, place);
      await this.known.replaceClass(uai, label, { goneId, entId });
      return entId;
    });
  }

  /** Creations at once in one school lock what the others write: Neo4j refuses up to half of them. */
  creationInTurn<Made>(structureId: string, create: () => Promise<Made>): Promise<Made> {
    return this.creations.run(structureId, create);
  }

  /** Whether the ENT has a class of this identifier in the school. */
  async hasClass(structureId: string, classId: string): Promise<boolean> {
    const classes = await this.ent.classesOf(structureId);
    return classes.some(({ entId }) => entId === classId);
  }

  /** A structure that the ENT has no more is asked for again, too. */
  private async makeClass(structureId: string, place: WantedPlace): Promise<string> {
    const { uai, schoolName: name, label, level } = place;
    try {
      return await this.ent.ensureClass(structureId, { label, level });
    } catch (error) {
      if (!(error instanceof EntPlaceGone || error instanceof EntRefused)) throw error;
      const present = await this.ent.ensureStructure({ uai, name });
      if (present === structureId) throw new EntRefused('ENT_CLASS_REFUSED');
      await this.known.keepStructure(uai, present);
      return this.ent.ensureClass(present, { label, level });
    }
  }

  /** What the ENT really has of a user, whatever it was told: its block, and classes of ours. Undefined: it has no such user. */
  async asItHas(entId: string): Promise<{ isBlocked: boolean; classes: KnownPlace[] } | undefined> {
    const found = await this.ent.whereaboutsOf(entId);
    if (found.is !== 'PRESENT') return undefined;
    const classes = await this.placesIn(entId, found.structures);
    return { isBlocked: found.isBlocked, classes };
  }

  /** Classes of ours that a user is in, by the lists of these schools. */
  async placesIn(entId: string, structures: readonly EntSchoolOfUser[]): Promise<KnownPlace[]> {
    const structureIds = structures.map((structure) => structure.entId);
    const classes = await this.ent.classesOfUsers([{ entId, structureIds }]);
    return this.known.placesOf((classes.get(entId) ?? []).map((each) => each.entId));
  }

  /** From the list of the school, which is read after this call begins and shared by callers of the same moment. */
  async userByExternalId(structureId: string, externalId: string): Promise<FoundUser | undefined> {
    const members = await this.ent.listedMembersOf(structureId);
    const found = members.find((member) => member.externalId === externalId);
    if (!found) return undefined;
    const places = await this.known.placesOf(found.classes.map(({ entId }) => entId));
    return { ...found, places };
  }
}

/** One maker per key at a time; then the books know, and are asked: what they say may be put right (PRV-5). */
function single<Found>(
  beingMade: Map<string, Promise<Found>>,
  key: string,
  make: () => Promise<Found>,
): Promise<Found> {
  let promise = beingMade.get(key);
  if (!promise) {
    promise = make().finally(() => beingMade.delete(key));
    beingMade.set(key, promise);
  }
  return promise;
}
