import type { DescMessage } from '@bufbuild/protobuf';
import { topicNamed, topics } from '#libs/contracts';
import type { TopicPlan } from './received-event.js';

/** What a service consumes: topic name → types it has handlers for, and known types it lets pass. */
export type Consumption = Readonly<Record<string, TopicConsumption>>;
export type TopicConsumption = {
  readonly handles?: readonly DescMessage[];
  readonly passesOver?: readonly DescMessage[];
  /**
   * Each event that it handles is the whole of what is known of its key, and takes the place of whatever stood there:
   * after a restore of the owner it suffices to follow what the owner says from then on.
   */
  readonly restates?: true;
};

/**
 * Tables of a service that are made of the facts of others and of nothing else: emptied in this order, they come to be
 * the same again when everything is read from the beginning.
 */
export type MadeOfFacts = readonly string[];

/**
 * Every service but its owner follows the calendar: a day start moves the service by its date alone,
 * and what else the calendar carries passes unless listed.
 */
export function plansOf(service: string, consumes: Consumption): Map<string, TopicPlan> {
  const plans = new Map(
    Object.entries(consumes).map(([name, entry]) => [name, planOf(name, entry)]),
  );
  const calendar = topics.calendar;
  if (service === calendar.owner) return plans;
  const listed = consumes[calendar.name] ?? {};
  const handled = new Set((listed.handles ?? []).map((schema) => schema.typeName));
  plans.set(
    calendar.name,
    planOf(calendar.name, {
      handles: listed.handles ?? [],
      passesOver: calendar.events.filter((schema) => !handled.has(schema.typeName)),
    }),
  );
  return plans;
}

function planOf(name: string, { handles = [], passesOver = [] }: TopicConsumption): TopicPlan {
  const topic = topicNamed(name);
  if (!topic) throw new RangeError(`The contracts know no topic ${name}`);
  const carried = new Set(topic.events.map((schema) => schema.typeName));
  const strange = [...handles, ...passesOver].filter((schema) => !carried.has(schema.typeName));
  if (strange.length > 0) {
    throw new RangeError(
      `${name} does not carry ${strange.map((schema) => schema.typeName).join(', ')}`,
    );
  }
  return {
    handles: new Map(handles.map((schema) => [schema.typeName, schema])),
    passesOver: new Set(passesOver.map((schema) => schema.typeName)),
    tombstones: topic.keeps === 'STATE',
    personal: topic.personal,
  };
}
