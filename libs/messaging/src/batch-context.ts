import { BaseRpcContext } from '@nestjs/microservices';
import type { Transaction } from '#libs/persistence';

/** Second argument of an event handler. Everything the handler does goes through `tx`. */
export class BatchContext extends BaseRpcContext<[Transaction]> {
  constructor(tx: Transaction) {
    super([tx]);
  }

  get tx(): Transaction {
    return this.args[0];
  }
}
