import { createRequire } from 'node:module';
import { decodeFetch, type FetchArguments } from './decode-fetch.js';
import { encodeProduce, type ProduceArguments } from './encode-produce.js';

// kafkajs 2.2.4 is its last version and pinned: these parts of it do not move any more. The specs
// compare what is put in their place with the original, byte for byte.
const require = createRequire(import.meta.url);

type Request = { request: { encode(): Promise<unknown> }; response: object };
type Definition<Arguments> = { protocol(of: { version: number }): (args: Arguments) => Request };
type RequestQueue = { pending: unknown[]; throttledUntil: number };

let tuned = false;

/** Makes kafkajs calm when idle, fast with headers, and stopped by no batch that it cannot read, once per process. */
export function tuneKafkajs(): void {
  if (tuned) return;
  tuned = true;
  calmRequestQueue();
  encodeFaster();
  readEveryBatch();
}

/**
 * kafkajs arms a timer without end, with a delay that is negative most of the time: about 1,000
 * wake-ups a second per connection, 4 % of a core, and a TimeoutNegativeWarning from Node. Arming it
 * only while something waits is enough: new requests and answers check the queue themselves.
 */
function calmRequestQueue(): void {
  const { prototype } = require('kafkajs/src/network/requestQueue/index.js') as {
    prototype: { scheduleCheckPendingRequests(this: RequestQueue): void };
  };
  const original = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) original.call(this);
  };
}

/** kafkajs allocates 512 bytes per header and an array per number: half of the relay's time, with nine headers. */
function encodeFaster(): void {
  const produce =
    require('kafkajs/src/protocol/requests/produce/index.js') as Definition<ProduceArguments>;
  const original = produce.protocol;
  produce.protocol = ({ version }) => {
    const make = original({ version });
    if (version < 3) return make;
    return (args) => {
      const made = make(args);
      const encode = made.request.encode.bind(made.request);
      made.request.encode = async () => encodeProduce(args) ?? encode();
      return made;
    };
  };
}

/** kafkajs throws at one batch that it cannot read, and begins anew for ever with all partitions. */
function readEveryBatch(): void {
  const fetch =
    require('kafkajs/src/protocol/requests/fetch/index.js') as Definition<FetchArguments>;
  const original = fetch.protocol;
  fetch.protocol = ({ version }) => {
    const make = original({ version });
    if (version < 11) return make;
    return (args) => {
      const made = make(args);
      return {
        ...made,
        response: { ...made.response, decode: (raw: Buffer) => decodeFetch(raw, args) },
      };
    };
  };
}
