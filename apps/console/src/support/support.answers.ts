import { z } from 'zod';
import { count, day, nextCursor, text, type AnswerOf } from '../answers.js';
import type { LettersController } from './letters.controller.js';
import type { SupportController } from './support.controller.js';

const place = z.object({
  profile: text,
  uai: text,
  schoolName: text,
  commune: text,
  classLabel: text,
  level: text,
  furtherClasses: z.array(text).meta({ description: 'Classes beside the first, by label' }),
  groups: z.array(text).meta({ description: 'Groups of pupils, by label' }),
  startsOn: day,
  endsOn: day.nullable(),
});
const relative = z.object({ personId: text, displayName: text });
const person = z.object({
  personId: text,
  displayName: text,
  birthDate: day.nullable(),
  places: z.array(place),
  furtherSchools: z
    .array(z.object({ uai: text, schoolName: text, commune: text }))
    .meta({ description: 'Beside a pupil’s home school (DIR-4)' }),
  isElsewhere: z.boolean().meta({
    description: 'There is another school now that this visitor is not told (SUP-1, SUP-3)',
  }),
  accounts: z.array(
    z.object({
      accountId: text,
      profile: text,
      state: text,
      stateInWords: text,
      nextStep: text,
      since: day,
      uai: text,
      login: text,
      wayIn: text,
      waitingRank: count,
      failureCode: text,
      urgentBlock: text.meta({
        description:
          'POSSIBLE, DECIDED or EXCHANGE: a block in the ENT apart from the state (PRV-8)',
      }),
    }),
  ),
  guardianCount: count,
  childCount: count,
  guardians: z.array(relative),
  children: z.array(relative),
  masked: z.array(text).meta({ description: 'Fields hidden from this visitor (SUP-1)' }),
});
export const people = z.object({ people: z.array(person), nextCursor }) satisfies AnswerOf<
  SupportController['search'] | SupportController['schoolPeople']
>;
const attributeSource = z.object({
  attribute: text.meta({
    description:
      'NAMES, BIRTH_DATE, INE, ACADEMIC_IDENTIFIER, or PLACE with its profile and school',
  }),
  profile: text,
  uai: text,
  sources: z.array(text).meta({ description: 'Titles of sources, whose word counts first' }),
});
export const personPage = z.object({
  person,
  attributeSources: z.array(attributeSource).nullable().meta({
    description:
      'Which source each attribute has come from (DIR-5); null where this is not told, or the directory does not answer',
  }),
  fresh: z.boolean(),
  mayReadHistory: z.boolean(),
}) satisfies AnswerOf<SupportController['person']>;
const doubleSide = z.object({
  personId: text,
  uais: z.array(text),
  schools: z.array(z.object({ uai: text, name: text, commune: text })),
  profiles: z.array(text),
  sources: z.array(text),
  attributeSources: z.array(attributeSource),
  lastName: text,
  firstName: text,
  level: text,
  birthDate: day.nullable(),
  leftOn: day.nullable(),
  childCount: count,
  guardianCount: count,
});
export const double = z.object({
  pairId: text,
  score: count,
  reasons: z.array(text).meta({ description: 'What agrees and what differs, in codes' }),
  foundOn: day,
  answer: text,
  answeredOn: text,
  mergeId: text,
  version: count.meta({ description: 'To answer about the two as they were read (If-Match)' }),
  newcomer: doubleSide,
  known: doubleSide,
}) satisfies AnswerOf<SupportController['double']>;
export const accountHistory = z.object({
  transitions: z.array(
    z.object({
      sequence: count,
      fromState: text,
      toState: text,
      inWords: text,
      effectiveOn: day,
      cause: text,
      uai: text,
      schoolName: text,
      recordedAt: text,
      decidedBy: text,
      decidedByName: text,
      reason: text,
    }),
  ),
}) satisfies AnswerOf<SupportController['history']>;
export const accountSides = z.object({
  accountId: text,
  state: text,
  stateInWords: text,
  ent: text.meta({ description: 'NONE, PRESENT, PRE_DELETED, ABSENT ou UNKNOWN' }),
  entInWords: text,
  workInWords: text,
  differences: z.array(text).meta({ description: 'What differs, and what becomes of it' }),
  mayRestore: z.boolean(),
  mayRetry: z.boolean(),
  failureCode: text,
  masked: z.boolean(),
  lines: z.array(
    z.object({ about: text, directory: text, books: text, ent: text, differs: z.boolean() }),
  ),
  places: z
    .array(
      z.object({
        uai: text,
        schoolName: text,
        classLabel: text,
        inDirectory: z.boolean(),
        inBooks: z.boolean(),
        inEnt: z.boolean(),
      }),
    )
    .meta({ description: 'Classes, by the sides that have the account there' }),
}) satisfies AnswerOf<SupportController['sides']>;
export const decidedAccount = z.object({
  accountId: text,
  state: text,
  stateInWords: text,
}) satisfies AnswerOf<SupportController['decide']>;
const school = z.object({ uai: text, name: text, commune: text, postalCode: text });
export const schoolPage = z.object({
  school,
  classes: z.array(z.object({ profile: text, classLabel: text, people: count })).meta({
    description:
      'Who is there now, counted by profile (an empty class) and by each class: who has several is in each',
  }),
}) satisfies AnswerOf<SupportController['school']>;
export const schools = z.object({
  schools: z.array(school),
}) satisfies AnswerOf<SupportController['schools']>;
export const letterRequests = z.object({
  requests: z.array(
    z.object({
      accountId: text,
      personId: text,
      displayName: text,
      profile: text,
      classLabel: text,
      reason: text,
      askedOn: day,
      expiresOn: day.meta({ description: 'First day on which it is asked no more' }),
    }),
  ),
}) satisfies AnswerOf<LettersController['requests']>;
export const handMadeUsers = z.object({
  users: z.array(
    z.object({
      entId: text.meta({ description: 'Identifier in the ENT' }),
      displayName: text,
      profile: text,
      classId: text.meta({ description: 'Identifier of the class in the ENT' }),
      classLabel: text,
      foundOn: day.meta({ description: 'Day of the first comparison that found the user' }),
    }),
  ),
  found: count.meta({ description: 'All that the last comparison found; 100 are listed at most' }),
}) satisfies AnswerOf<SupportController['handMadeUsers']>;
