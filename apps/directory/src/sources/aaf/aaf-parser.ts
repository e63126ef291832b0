import { aafAttributes, type AafEntity } from './aaf-attributes.js';
import type { AafDamage, AafEntry, AafRequest } from './aaf-entry.js';
import { BoundedXml } from './bounded-xml.js';
import { hidesSigns, isPlainIdentifier, readable } from '../readable-text.js';
import { unescapeTwice } from './unescape-twice.js';

/** Of a value that is not written plainly nothing is guessed: it identifies nobody. */
const identifiers = new Set([
  'ENTPersonJointure',
  'ENTStructureJointure',
  'ENTEleveINE',
  'ENTStructureUAI',
]);

export const valueCharsMax = 4_096;
/** Of all values of one entry, each of which counts for some more than its text. */
export const entryCharsMax = 256 * 1024;
const valueCost = 64;
const unknownNamesMax = 100;

/** Reads the grammar of `ficAlimMENESR` from text that comes in pieces, and keeps of each entry what the chain needs. */
export class AafParser {
  private entries: AafEntry[] = [];
  private ended = false;
  private request: AafRequest | undefined;
  private line = 0;
  private id = '';
  private category = '';
  private values = new Map<string, string[]>();
  private unknown: string[] = [];
  private damage = new Set<AafDamage>();
  private chars = 0;
  /** Of the `attr` or `modification` that is open, when its values are kept. */
  private attribute: string[] | undefined;
  private isIdentifier = false;
  private inAttributes = false;
  private inOperational = false;
  private text: string | undefined;
  private readonly unknownSeen = new Set<string>();
  private readonly attributes: (typeof aafAttributes)[AafEntity];
  private readonly xml: BoundedXml;

  constructor(entity: AafEntity) {
    this.attributes = aafAttributes[entity];
    this.xml = new BoundedXml({
      open: (name, attributes) => this.open(name, attributes),
      close: (name) => this.close(name),
      text: (text) => this.take(text),
      cut: () => {
        if (this.text !== undefined) this.damage.add('VALUE_TOO_LONG');
      },
    });
  }

  /** The line that is being read, from 1. */
  get lineRead(): number {
    return this.xml.line;
  }

  /** Feeds a piece of text and hands over the entries that it completed. Throws when it is not well formed. */
  write(text: string): AafEntry[] {
    this.xml.write(text);
    const complete = this.entries;
    this.entries = [];
    return complete;
  }

  /** Throws when the document stops before its end tag. */
  end(): void {
    this.xml.close();
    if (!this.ended) throw new Error('no end tag');
  }

  private take(text: string): void {
    if (this.text === undefined) return;
    // What is held stays bounded however long a value goes on.
    if (this.text.length + text.length > valueCharsMax) this.damage.add('VALUE_TOO_LONG');
    else this.text += text;
  }

  /** An identifier that hides a sign is empty. */
  private taken(isIdentifier: boolean): string {
    const value = unescapeTwice(this.text ?? '');
    this.text = undefined;
    if (hidesSigns(value)) this.damage.add('CONTROL_CHARACTER');
    return isIdentifier && !isPlainIdentifier(value) ? '' : readable(value);
  }

  private open(name: string, attributes: Readonly<Record<string, string>>): void {
    switch (name) {
      case 'value':
        if (this.inOperational || this.attribute) this.text = '';
        break;
      case 'attr':
        if (this.inAttributes) this.attribute = this.named(attributes.name ?? '');
        break;
      case 'addRequest':
        this.begin('ADD');
        break;
      case 'modifyRequest':
        this.begin('MODIFY');
        break;
      case 'deleteRequest':
        this.begin('DELETE');
        break;
      case 'operationalAttributes':
        this.inOperational = true;
        break;
      case 'attributes':
      case 'modifications':
        this.inAttributes = true;
        break;
      case 'modification':
        if (attributes.operation !== 'replace') this.damage.add('OPERATION_UNKNOWN');
        this.attribute = this.named(attributes.name ?? '');
        break;
      case 'id':
        this.text = '';
        break;
    }
  }

  private begin(request: AafRequest): void {
    this.request = request;
    this.line = this.xml.line;
    this.id = '';
    this.category = '';
    this.values = new Map();
    this.unknown = [];
    this.damage = new Set();
    this.chars = 0;
  }

  /** Where the values of an attribute go; undefined when they are dropped. */
  private named(name: string): string[] | undefined {
    const { kept, known } = this.attributes;
    const keptAs = kept.get(name);
    if (keptAs === undefined) {
      if (
        !known.has(name) &&
        !this.unknownSeen.has(name) &&
        this.unknownSeen.size < unknownNamesMax
      ) {
        this.unknownSeen.add(name);
        this.unknown.push(readable(name.slice(0, 60)));
      }
      return undefined;
    }
    this.isIdentifier = identifiers.has(keptAs);
    const values = this.values.get(keptAs) ?? [];
    this.values.set(keptAs, values);
    return values;
  }

  private close(name: string): void {
    switch (name) {
      case 'value':
        this.closeValue();
        break;
      case 'id':
        this.id = this.taken(true);
        break;
      case 'attr':
      case 'modification':
        this.attribute = undefined;
        break;
      case 'operationalAttributes':
        this.inOperational = false;
        break;
      case 'attributes':
      case 'modifications':
        this.inAttributes = false;
        break;
      case 'addRequest':
      case 'modifyRequest':
      case 'deleteRequest':
        this.finish();
        break;
      case 'ficAlimMENESR':
        this.ended = true;
        break;
    }
  }

  private closeValue(): void {
    if (this.text === undefined) return;
    const value = this.taken(this.isIdentifier && !this.inOperational);
    if (this.inOperational) this.category = value;
    else if (value !== '') {
      this.chars += value.length + valueCost;
      if (this.chars > entryCharsMax) this.damage.add('ENTRY_TOO_LONG');
      else this.attribute?.push(value);
    }
  }

  private finish(): void {
    const { request, id, category, line, values, unknown, damage } = this;
    if (!request) return;
    this.entries.push({ request, id, category, line, values, unknown, damage });
    this.request = undefined;
  }
}
