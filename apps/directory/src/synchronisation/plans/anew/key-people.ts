import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/persistence';
import { BlockingKeys } from '../../../identities/identities.module.js';

/**
 * Gives who has changed the keys by which a later import finds them (DIR-2), between imports. A plan makes up for what is
 * missing, so this only saves it the time.
 */
@Injectable()
export class KeyPeople {
  private readonly keys = new BlockingKeys();

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** One batch; false when nobody has changed. */
  keySome(): Promise<boolean> {
    return this.unitOfWork.run((tx) => this.keys.catchUp(tx));
  }
}
