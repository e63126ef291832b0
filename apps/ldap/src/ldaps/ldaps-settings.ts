/** What the door of members' clients is told. */
export class LdapsSettings {
  constructor(
    readonly host: string,
    readonly port: number,
    readonly certificateFile: string,
    readonly keyFile: string,
    readonly connectionsMax: number,
    readonly connectionsMaxPerAddress: number,
    readonly connectionsMaxPerAccount: number,
    readonly searchesPerMinute: number,
  ) {}
}
