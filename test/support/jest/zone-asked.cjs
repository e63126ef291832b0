const { appendFileSync } = require('node:fs');

/**
 * Whether a file asks for the time zone of its process. One that never does says the same in every zone, so it runs once;
 * the others run again in another (`deploy/local/test.mjs`). Watched: fields and texts of a `Date` in local time, texts
 * that are read as local time, formats without a zone. What a process of its own does is not seen.
 */
let isAsked = false;
const asks = () => (isAsked = true);

const localFields = [
  ...['getTimezoneOffset', 'getFullYear', 'getYear', 'getMonth', 'getDate', 'getDay', 'getHours'],
  ...['getMinutes', 'getSeconds', 'setFullYear', 'setYear', 'setMonth', 'setDate', 'setHours'],
  ...['setMinutes', 'setSeconds', 'setMilliseconds', 'toString', 'toDateString', 'toTimeString'],
];
const localTexts = ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'];

/** A day, which is one of UTC, an instant with its distance from UTC, or a date of HTTP. Any other text is local time, or none. */
const isOfNoZone = (text) =>
  /^(\d{4}|[+-]\d{6})(-\d\d(-\d\d)?)?$/.test(text) ||
  /^(\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ||
  /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/.test(text);

const isLocal = (given) =>
  given.length > 1 ||
  (given.length === 1 &&
    typeof given[0] !== 'number' &&
    !(given[0] instanceof Date) &&
    !isOfNoZone(String(given[0])));

/** Before anything of a test is read: what keeps the former `Date` would not be seen. */
function watch() {
  const { Date: OwnDate } = globalThis;
  const { prototype } = OwnDate;
  const before = (name, isAsking) => {
    const original = prototype[name];
    const watched = function (...given) {
      if (isAsking(...given)) asks();
      return original.apply(this, given);
    };
    Object.defineProperty(watched, 'name', { value: name });
    Object.defineProperty(prototype, name, { value: watched, configurable: true, writable: true });
  };
  for (const name of localFields) before(name, () => true);
  for (const name of localTexts) before(name, (_locale, options) => !options?.timeZone);
  globalThis.Date = new Proxy(OwnDate, {
    construct(_target, given, asked) {
      if (isLocal(given)) asks();
      return Reflect.construct(OwnDate, given, asked === globalThis.Date ? OwnDate : asked);
    },
    apply() {
      asks();
      return OwnDate();
    },
  });
  prototype.constructor = globalThis.Date;
  const { parse } = OwnDate;
  OwnDate.parse = (text) => {
    if (!isOfNoZone(String(text))) asks();
    return parse(text);
  };
  watchFormats();
}

function watchFormats() {
  const { DateTimeFormat } = Intl;
  const ofZone = new WeakSet();
  const made = (given, asked) => {
    const format = Reflect.construct(DateTimeFormat, given, asked ?? DateTimeFormat);
    if (given[1]?.timeZone) return format;
    asks();
    ofZone.add(format);
    return format;
  };
  Intl.DateTimeFormat = new Proxy(DateTimeFormat, {
    construct: (_target, given, asked) =>
      made(given, asked === Intl.DateTimeFormat ? undefined : asked),
    apply: (_target, _self, given) => made(given),
  });
  // One that was made while its module was read may serve a later file.
  const { prototype } = DateTimeFormat;
  const { get } = Object.getOwnPropertyDescriptor(prototype, 'format');
  Object.defineProperty(prototype, 'format', {
    configurable: true,
    get() {
      if (ofZone.has(this)) asks();
      return get.call(this);
    },
  });
  for (const name of ['formatToParts', 'formatRange', 'formatRangeToParts', 'resolvedOptions']) {
    const original = prototype[name];
    prototype[name] = function (...given) {
      if (ofZone.has(this)) asks();
      return original.apply(this, given);
    };
  }
}

const list = process.env['ZONE_ASKED_BY'];
if (list) watch();

module.exports = {
  isAsked: () => isAsked,
  begin() {
    isAsked = false;
  },
  end(path) {
    if (list && isAsked) appendFileSync(list, `${path}\n`);
  },
};
