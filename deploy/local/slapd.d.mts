export const slapdEnv: Record<string, string | undefined>;
export function prepareSlapd(options: {
  /** Empty, and there. */
  folder: string;
  /** Entries besides the tree. */
  ldif?: string;
  /** Of all searches. */
  limits?: string;
  /** Whether entries tell when they were changed. */
  stamps?: boolean;
  /** Whether each change is on the disk at once. */
  flushes?: boolean;
}): void;
export function slapdArguments(folder: string, ports: { port: number; tlsPort: number }): string[];
export function readerOf(folder: string): {
  caFile: string;
  bindDn: string;
  passwordFile: string;
  peopleDn: string;
  structuresDn: string;
};
export function changeEntries(
  command: 'ldapmodify' | 'ldapadd',
  port: number,
  ldif: string,
  ...options: string[]
): void;
