/**
 * What the two planes say to each other. Shared memory carries what is read per query (zones, counters, log rings, control
 * words); these messages carry the rest. Main speaks first, with `WorkerStart`, or `StopWorker` where there is nothing to do.
 */
import type { AnswerSettings } from './answer-settings.ts';
import type { Deferred, DeferredReply } from './deferred.ts';
import type { TapStart } from './rings/tap-ring.ts';

/** An address and port that is served. */
export interface ListenAddress {
  readonly family: 4 | 6;
  /** Without brackets or zone; `0.0.0.0` and `::` for all. */
  readonly address: string;
  readonly port: number;
}

/** A socket for a worker. `fd` is a duplicate made for this worker; -1 where the worker opens its own (no koffi). */
export interface WorkerSocket extends ListenAddress {
  readonly fd: number;
  /** The place of its address among those of main, for replies that others send; missing: its own place. */
  readonly addressIndex?: number;
  /** DNS over TLS (RFC 7858). */
  readonly isTls?: boolean;
  /** UDP: questions with a right cookie come here, and it is read before the others. */
  readonly isFirst?: boolean;
}

/** What a TLS server shows and proves itself with; both in PEM. */
export interface TlsCredentials {
  /** The server's own certificate, then those between it and its authority. */
  readonly certificate: string;
  /** Not encrypted. */
  readonly key: string;
}

/** Bounds on TCP (RFC 7766 §6.2). */
export interface TcpLimits {
  /** Connections at once, over all TCP workers. */
  readonly connections: number;
  /** Of them to one client: an IPv4 address, or an IPv6 /64; missing: as many as there are. */
  readonly connectionsPerClient?: number | undefined;
  /** An idle connection is closed after this. */
  readonly idleMs: number;
  /** A connection is closed after this however busy it is. */
  readonly totalMs: number;
}

/** The first message to every data-plane worker, which waits for it: threads are started before there are sockets. */
export interface WorkerStart {
  readonly name: string;
  readonly arena: SharedArrayBuffer;
  /** This worker's place among the arena's readers, its block of counters. */
  readonly readerIndex: number;
  readonly counters: SharedArrayBuffer;
  readonly counterIndex: number;
  readonly queryLog: SharedArrayBuffer;
  readonly controlWords: SharedArrayBuffer;
  /** Where dnstap is on. */
  readonly tap?: TapStart | undefined;
  readonly settings: AnswerSettings;
  /** A steering table (plane/steering); missing where no answer is steered. */
  readonly steering?: SharedArrayBuffer | undefined;
  readonly sockets: readonly WorkerSocket[];
  readonly tcp: TcpLimits;
  /** For sockets with TLS. */
  readonly tls?: TlsCredentials | undefined;
  /**
   * TCP workers: places among the arena's readers with which transfers hold the version that they send. As many transfers can go on at
   * once; none where it is missing.
   */
  readonly transferReaders?: readonly number[];
  /** Where the journals are (transfer/journal); missing where there are none. */
  readonly journalFolder?: string | undefined;
  /** `batch`: recvmmsg through koffi; `dgram`: Node's own sockets. TCP workers ignore it. */
  readonly udpBackend: 'batch' | 'dgram';
}

/** Main to worker. A UDP worker blocked in recv reads it at its next wake, within 200 ms. */
export type ToWorker =
  | { readonly kind: 'settings'; readonly settings: AnswerSettings }
  /** Another steering table, or none. To be followed by `raiseSettingsGeneration`, as settings are. */
  | { readonly kind: 'steering'; readonly table: SharedArrayBuffer | undefined }
  | DeferredReply
  /** Tell dnstap of messages from now on, or no more. To be followed by `raiseSettingsGeneration`, as settings are. */
  | { readonly kind: 'tap'; readonly tap: TapStart | undefined }
  /** To TCP workers: let go of the journal, which another server opens, and say `journal-lent`; or have it again. */
  | { readonly kind: 'journal'; readonly isLent: boolean }
  /** To TCP workers: for connections from now on. */
  | { readonly kind: 'credentials'; readonly credentials: TlsCredentials }
  | StopWorker;

/** To a worker that answers, or instead of its `WorkerStart`: end. */
export interface StopWorker {
  readonly kind: 'stop';
}

/** Worker to main. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string }
  /** A bug: answering a question threw. It got SERVFAIL and the worker goes on. `count` questions since the last such message. */
  | { readonly kind: 'fault'; readonly message: string; readonly count: number }
  | Deferred
  | { readonly kind: 'journal-lent' }
  /** Rare news for the log, of the category `network`. */
  | { readonly kind: 'network'; readonly message: string }
  | { readonly kind: 'stopped' };
