import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/persistence';
import { BlockingKeys } from '../../identities/identities.module.js';

/**
 * Gives whom an import has changed the keys by which a later one finds them (DIR-2), between imports. A plan makes up
 * for what is missing, so this only saves it the time.
 */
@Injectable()
export class KeyPeople {
  readonly #keys = new BlockingKeys();
  #mayBeBehind = true;

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** People have changed: to find who it was, each table is read once. */
  lookAgain(): void {
    this.#mayBeBehind = true;
  }

  /** One batch; false when nobody is behind. */
  async keySome(): Promise<boolean> {
    if (!this.#mayBeBehind) return false;
    this.#mayBeBehind = await this.unitOfWork.run((tx) => this.#keys.catchUp(tx));
    return this.#mayBeBehind;
  }
}
