/** What a message came by, and what became of it. */
export const Transport = { udp: 0, tcp: 1 } as const;
export type Transport = (typeof Transport)[keyof typeof Transport];

/** What became of a message, for counters and logs. */
export const Outcome = {
  /** Nothing is sent (QR=1, less than a header). */
  silent: 0,
  answered: 1,
  formErr: 2,
  notImp: 3,
  badVers: 4,
  /** No zone of ours encloses the name. */
  refused: 5,
  /** The zone is configured and not loaded, or expired. */
  zoneNotLoaded: 6,
  /** The TSIG is not right; `verdict` says why. */
  badSignature: 7,
  /** A NOTIFY, an UPDATE or a peer's question, which others answer: nothing was written. */
  deferred: 8,
  /** The client may not query the zone, or not transfer it. */
  denied: 9,
  /** A zone transfer over TCP, which others write: the response is header, question and OPT of its first message, unsigned. */
  transfer: 10,
  /** A transfer was asked for of what is no zone of ours. */
  notAuth: 11,
  /** No view is for the client: neither query nor anything else of it is looked at. */
  noView: 12,
  /** A transfer question that is none: AXFR over UDP, IXFR without a SOA. */
  badTransfer: 13,
  /** Its cookie doesn't serve, and without one that does it is not answered: it gets a new one. */
  badCookie: 14,
  /** It asked for a cookie, and for nothing else. */
  cookieOnly: 15,
} as const;
