/** What makes the messages of a transfer, whatever is in them. */
export interface TransferWriter {
  /** Records in the messages made so far. */
  readonly records: number;
  /**
   * Write the next message into `out` at `offset`, of at most `roomOctets` octets (the room for what is put behind it, as TSIG,
   * is the caller's to keep); what stands behind it may be overwritten. Returns its octets; 0 when there is none left; `notYet` where it has only
   * done a part of what must be done before; `tooLarge` where a record fits in no message.
   */
  next(out: Uint8Array, offset: number, roomOctets: number): number;
}

export const notYet = -1;
export const tooLarge = -2;

/** Pointers reach 16,384 octets (RFC 1035 §4.1.4): in longer messages names would stand unabridged. */
export const usualMessageOctets = 16_384;
