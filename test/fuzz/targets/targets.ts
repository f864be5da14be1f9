/** All that is fuzzed, by name. Each is loaded where it is run, and only there. */
import type { TargetFactory } from '../engine/target.ts';

type Loader = () => Promise<TargetFactory>;

const loaders: Readonly<Record<string, Loader>> = {
  request: async () => (await import('./request.ts')).createRequestTarget,
  answer: async () => (await import('./answer.ts')).createAnswerTarget,
  'tcp-frames': async () => (await import('./tcp-frames.ts')).createTcpFramesTarget,
  config: async () => (await import('./config.ts')).createConfigTarget,
  'named-conf': async () => (await import('./named-conf.ts')).createNamedConfTarget,
  transfer: async () => (await import('./transfer.ts')).createTransferTarget,
  tsig: async () => (await import('./tsig.ts')).createTsigTarget,
  update: async () => (await import('./update.ts')).createUpdateTarget,
  'zone-file': async () => (await import('./zone-file.ts')).createZoneFileTarget,
  'zone-load': async () => (await import('./zone-load.ts')).createZoneLoadTarget,
  deferred: async () => (await import('./deferred.ts')).createDeferredTarget,
  'sip-datagram': async () => (await import('./sip.ts')).createSipDatagramTarget,
  'sip-stream': async () => (await import('./sip.ts')).createSipStreamTarget,
  control: async () => (await import('./control.ts')).createControlTarget,
  http: async () => (await import('./http.ts')).createHttpTarget,
  journal: async () => (await import('./journal.ts')).createJournalTarget,
  dnstap: async () => (await import('./dnstap.ts')).createDnstapTarget,
  replies: async () => (await import('./replies.ts')).createRepliesTarget,
  'kept-files': async () => (await import('./kept-files.ts')).createKeptFilesTarget,
};

export const targetNames: readonly string[] = Object.keys(loaders);

/** Makes a target, in a thread whose imports count their steps. */
export const targets: Readonly<Record<string, TargetFactory>> = Object.fromEntries(
  Object.entries(loaders).map(([name, load]): [string, TargetFactory] => [name, async () => (await load())()]),
);
