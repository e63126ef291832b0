import { Injectable } from '@nestjs/common';
import { NotVisible } from '#libs/identity';
import { isSubjectInEnt, Looks } from '../looks/looks.module.js';
import { Names } from '../read-model/read-model.module.js';
import { fullName } from '../support/support.module.js';
import type { Visitor } from '../visitor.js';

const isLineNumber = (text: string) => /^\d{1,18}$/.test(text);
const erased = 'Une personne effacée depuis';
const inEnt = 'Un utilisateur créé à la main dans l’ENT, inconnu de l’annuaire';

/** The people whom a line of the journal is about, by name: itself a look, written before the names leave (SUP-2). */
@Injectable()
export class ShowSubjects {
  constructor(
    private readonly looks: Looks,
    private readonly names: Names,
  ) {}

  /** Throws NotVisible where there is no such line. */
  async execute(visitor: Visitor, lookId: string) {
    const subjects = isLineNumber(lookId) ? await this.looks.subjectsOf(lookId) : undefined;
    if (!subjects) throw new NotVisible();
    const names = await this.names.ofPeople(subjects);
    const look = { action: 'JOURNAL', reason: 'CHECK' } as const;
    await this.looks.keepingRefusal(visitor, look, () =>
      this.looks.record(visitor, { ...look, subjects: [...names.keys()] }),
    );
    return {
      people: subjects.map((personId) => {
        const name = names.get(personId);
        const unnamed = isSubjectInEnt(personId) ? inEnt : erased;
        return { personId, displayName: name ? fullName(name) : unnamed };
      }),
    };
  }
}
