import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { InseeCode } from '#libs/identifiers';
import type { Commune, Territory } from './domain/territory.js';

// From the root, as the migrations are found; one megabyte, read once.
const file = join('apps', 'membership', 'data', 'communes.csv');

/** The committed list (see its LICENCES.md), read at the first question. */
@Injectable()
export class Communes {
  private known: Territory | undefined;

  territory(): Territory {
    this.known ??= read(readFileSync(file, 'utf8'));
    return this.known;
  }
}

function read(text: string): Territory {
  const communes = new Map<string, Commune>();
  const members = new Map<string, InseeCode[]>();
  const merged = new Set<string>();
  for (const line of text.trimEnd().split('\n').slice(1)) {
    const [insee = '', siren = '', epci = '', successor = ''] = line.split(';');
    communes.set(insee, { insee: insee as InseeCode, siren, epci, successor });
    if (epci !== '') members.set(epci, [...(members.get(epci) ?? []), insee as InseeCode]);
    if (successor !== '') merged.add(successor);
  }
  return {
    communeOf: (insee) => communes.get(insee),
    membersOf: (epciSiren) => members.get(epciSiren) ?? [],
    isMerged: (insee) => merged.has(insee),
  };
}
