import { Injectable } from '@nestjs/common';
import { EntGateway, type EntUser } from '../ent/ent.module.js';
import { KnownPlaces } from './known-places.pg.js';

/**
 * What the books say of a place is believed for so long: where the ENT was put back and a comparison corrected them, every
 * process follows before an account is given up for it.
 */
const believedForMs = 15_000;

type Place = { readonly askedAtMs: number; readonly entId: Promise<string> };
type Snapshot = { readonly askedAtMs: number; readonly users: Promise<Map<string, EntUser>> };

/** Schools and classes of the ENT, made once each, and its users by our identifier. */
@Injectable()
export class EntPlaces {
  readonly #structures = new Map<string, Place>();
  readonly #classes = new Map<string, Place>();
  readonly #snapshots = new Map<string, Snapshot>();

  constructor(
    private readonly ent: EntGateway,
    private readonly known: KnownPlaces,
  ) {}

  structure(uai: string, name: string): Promise<string> {
    return single(this.#structures, uai, async () => {
      const known = await this.known.structureId(uai);
      if (known !== undefined) return known;
      const entId = await this.ent.ensureStructure({ uai, name });
      await this.known.keepStructure(uai, entId);
      return entId;
    });
  }

  schoolClass(structureId: string, uai: string, label: string, level: string): Promise<string> {
    return single(this.#classes, `${uai}|${label}`, async () => {
      const known = await this.known.classId(uai, label);
      if (known !== undefined) return known;
      const entId = await this.ent.ensureClass(structureId, { label, level });
      await this.known.keepClass(uai, label, entId);
      return entId;
    });
  }

  /** Out of one reading of the whole school, shared by all who ask, not older than the moment given. */
  async userByExternalId(
    structureId: string,
    externalId: string,
    notBeforeMs: number,
  ): Promise<EntUser | undefined> {
    let snapshot = this.#snapshots.get(structureId);
    if (!snapshot || snapshot.askedAtMs < notBeforeMs) {
      const users = this.ent
        .usersOf(structureId)
        .then((list) => new Map(list.map((user) => [user.externalId, user])));
      snapshot = { askedAtMs: performance.now(), users };
      this.#snapshots.set(structureId, snapshot);
    }
    return (await snapshot.users).get(externalId);
  }
}

/** One maker per key at a time; a failure is forgotten, so that the next one tries again. */
function single(
  made: Map<string, Place>,
  key: string,
  make: () => Promise<string>,
): Promise<string> {
  const known = made.get(key);
  if (known && performance.now() - known.askedAtMs < believedForMs) return known.entId;
  const place = { askedAtMs: performance.now(), entId: make() };
  made.set(key, place);
  place.entId.catch(() => {
    if (made.get(key) === place) made.delete(key);
  });
  return place.entId;
}
