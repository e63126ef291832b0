import { SaxesParser } from 'saxes';
import type { AafDamage, AafEntry } from './aaf-records.js';

/** What PostgreSQL refuses (NUL) or nobody can read; tabs and line ends are blanks, not damage. */
const CONTROL =
  /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const BLANKS = /[\t\n\v\f\r]/g;

/** An entry with a longer value is ignored whole: half a value is a wrong one. */
export const VALUE_CHARS_MAX = 4_096;

/**
 * Reads the grammar of `ficAlimMENESR` from text that comes in pieces. Entities of a DOCTYPE are
 * never expanded (an undeclared one is an error), and nothing outside the text is ever loaded.
 */
export class AafParser {
  entriesRead = 0;
  requestsIgnored = 0;
  private entries: AafEntry[] = [];
  private ended = false;
  private values = new Map<string, string[]>();
  private damage = new Set<AafDamage>();
  private id = '';
  private inAttributes = false;
  private attribute: string[] | undefined;
  private text: string | undefined;
  private readonly sax = new SaxesParser({ position: false });

  constructor() {
    this.sax.on('error', (error) => {
      throw error;
    });
    this.sax.on('opentag', ({ name, attributes }) =>
      this.open(name, attributes as Record<string, string>),
    );
    this.sax.on('closetag', ({ name }) => this.close(name));
    this.sax.on('text', (text) => this.take(text));
    this.sax.on('cdata', (text) => this.take(text));
  }

  /** Feeds a piece of text and hands over the entries that it completed. Throws when it is not well formed. */
  write(text: string): AafEntry[] {
    this.sax.write(text);
    const complete = this.entries;
    this.entries = [];
    return complete;
  }

  /** Throws when the document stops before its end tag. */
  end(): void {
    this.sax.close();
    if (!this.ended) throw new Error('no end tag');
  }

  private take(text: string): void {
    if (this.text === undefined) return;
    // What is held stays bounded however long a value goes on.
    if (this.text.length + text.length > VALUE_CHARS_MAX) this.damage.add('VALUE_TOO_LONG');
    else this.text += text;
  }

  private taken(): string {
    const text = this.text!;
    this.text = undefined;
    const value = unescapeTwice(text).replace(BLANKS, ' ');
    const clean = value.replace(CONTROL, '');
    if (clean !== value) this.damage.add('CONTROL_CHARACTER');
    return clean.trim();
  }

  private open(name: string, attributes: Record<string, string>): void {
    switch (name) {
      case 'addRequest':
        this.values = new Map();
        this.damage = new Set();
        this.id = '';
        break;
      case 'attributes':
        this.inAttributes = true;
        break;
      case 'attr':
        if (!this.inAttributes) break;
        this.attribute = [];
        this.values.set(attributes.name ?? '', this.attribute);
        break;
      case 'id':
      case 'value':
        this.text = '';
        break;
      case 'modifyRequest':
      case 'deleteRequest':
        this.requestsIgnored += 1;
        break;
    }
  }

  private close(name: string): void {
    switch (name) {
      case 'value': {
        const value = this.taken();
        if (this.inAttributes && value !== '') this.attribute?.push(value);
        break;
      }
      case 'id':
        this.id = this.taken();
        break;
      case 'attr':
        this.attribute = undefined;
        break;
      case 'attributes':
        this.inAttributes = false;
        break;
      case 'addRequest':
        this.entriesRead += 1;
        this.entries.push({ id: this.id, values: this.values, damage: this.damage });
        break;
      case 'ficAlimMENESR':
        this.ended = true;
        break;
    }
  }
}

const NAMED: Record<string, string> = { apos: "'", quot: '"', amp: '&', lt: '<', gt: '>' };

/** Some exports escape twice, so that `D&amp;apos;Arvaille` is met. */
function unescapeTwice(value: string): string {
  if (!value.includes('&')) return value;
  return value.replace(/&(?:(apos|quot|amp|lt|gt)|#(\d{1,6}));/g, (whole, name, code) =>
    name
      ? NAMED[name as string]!
      : code
        ? String.fromCodePoint(Math.min(Number(code), 0x10ffff))
        : whole,
  );
}
