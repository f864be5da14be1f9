/** What the bench and the process that reads transfers, or asks beside them, tell each other. */

export type TransferOrder =
  /** Transfer the zone so often, or for so long, one after the other. */
  | {
      readonly kind: 'transfer';
      readonly port: number;
      /** The question in wire format. */
      readonly question: Uint8Array;
      readonly count?: number;
      readonly seconds?: number;
    }
  /** Ask one question now and then, over UDP and over one TCP connection. */
  | {
      readonly kind: 'probe';
      readonly port: number;
      readonly question: Uint8Array;
      readonly seconds: number;
      readonly everyMs: number;
    };

export interface TransferResult {
  readonly transfers: number;
  /** Of the last one. */
  readonly records: number;
  readonly messages: number;
  readonly octets: number;
  /** From the first question to the last record. */
  readonly seconds: number;
}

export interface ProbeResult {
  readonly udpP99Ms: number;
  readonly tcpP99Ms: number;
  /** Questions without a response at the end. */
  readonly lost: number;
}
