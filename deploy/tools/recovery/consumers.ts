import {
  consumes as byBilling,
  states as atBilling,
} from '../../../apps/billing/src/consumption.js';
import {
  consumption as byConsole,
  madeOfFacts as ofConsole,
  states as atConsole,
} from '../../../apps/console/src/read-model/consumption.js';
import { states as atDirectory } from '../../../apps/directory/src/states.js';
import {
  consumes as byMembership,
  states as atMembership,
} from '../../../apps/membership/src/consumption.js';
import {
  consumes as byMetering,
  madeOfFacts as ofMetering,
} from '../../../apps/metering/src/consumption.js';
import {
  consumes as byProvisioning,
  lostDaysOf,
  states as atProvisioning,
} from '../../../apps/provisioning/src/consumption.js';
import { serviceNames, type ServiceName } from '#libs/contracts';
import { type Consumption, type MadeOfFacts, plansOf, type StateTable } from '#libs/messaging';

/** A service as it reads what others tell. */
export type Consumer = {
  readonly service: ServiceName;
  readonly topics: readonly string[];
  /** Of these each event takes the place of what stood there: the reader only has to follow its owner again. */
  readonly restated: ReadonlySet<string>;
  /** What is emptied when it reads everything again; undefined: it holds what no fact brings back. */
  readonly madeOfFacts: MadeOfFacts | undefined;
  /** Its own topic, of which it states again on which days what was so, where it alone has lost it. */
  readonly lostDaysOf: string | undefined;
};

/** As each service says of itself. */
type Own = { consumes: Consumption; madeOfFacts?: MadeOfFacts; lostDaysOf?: string };
const own: Record<ServiceName, Own> = {
  membership: { consumes: byMembership },
  directory: { consumes: {} },
  provisioning: { consumes: byProvisioning, lostDaysOf },
  metering: { consumes: byMetering, madeOfFacts: ofMetering },
  billing: { consumes: byBilling },
  console: { consumes: byConsole, madeOfFacts: ofConsole },
};

export const consumers: readonly Consumer[] = serviceNames.map((service) => {
  const { consumes, madeOfFacts, lostDaysOf } = own[service];
  const restating = Object.entries(consumes).filter(([, { restates }]) => restates);
  return {
    service,
    topics: [...plansOf(service, consumes).keys()].sort(),
    restated: new Set(restating.map(([topic]) => topic)),
    madeOfFacts,
    lostDaysOf,
  };
});

/** Tables of states, of their owner and of who has copies: the same everywhere once all is read. */
export const stateTables: Partial<Record<ServiceName, readonly StateTable[]>> = {
  directory: atDirectory,
  membership: atMembership,
  provisioning: atProvisioning,
  billing: atBilling,
  console: atConsole,
};
