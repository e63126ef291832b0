import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { InseeCode } from '#libs/identifiers';
import type { Commune, Territory } from './domain/territory.js';

// From the root, as the migrations are found; one megabyte, read once.
const file = join('apps', 'membership', 'data', 'communes.csv');

/** Once by a process: 35,000 lines are as long to read as many questions. */
let known: Territory | undefined;

/** The committed list (see its LICENCES.md), read at the first question. */
@Injectable()
export class Communes {
  territory(): Territory {
    known ??= read(readFileSync(file, 'utf8'));
    return known;
  }
}

function read(text: string): Territory {
  const communes = new Map<string, Commune>();
  const members = new Map<string, InseeCode[]>();
  const merged = new Set<string>();
  const membersOf = (epci: string): InseeCode[] => {
    const already = members.get(epci);
    if (already) return already;
    const none: InseeCode[] = [];
    members.set(epci, none);
    return none;
  };
  for (const line of text.trimEnd().split('\n').slice(1)) {
    const [insee = '', siren = '', epci = '', successor = ''] = line.split(';');
    communes.set(insee, { insee: insee as InseeCode, siren, epci, successor });
    if (epci !== '') membersOf(epci).push(insee as InseeCode);
    if (successor !== '') merged.add(successor);
  }
  return {
    communeOf: (insee) => communes.get(insee),
    membersOf: (epciSiren) => members.get(epciSiren) ?? [],
    isMerged: (insee) => merged.has(insee),
  };
}
