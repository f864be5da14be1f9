/** The control channel of a running server. */
import type { ControlChannel } from '../channel/control-channel.ts';
import type { ControlTarget, HandOver } from '../channel/control-target.ts';
import type { Log } from '../log/log.ts';
import type { Replication } from '../secondary/replication.ts';
import { type Server, StartFailed } from './server.ts';
import type { Signals } from './signals.ts';

export function controlTarget(
  server: Server,
  replication: Replication,
  signals: Signals,
  log: Log,
  configFile: string | undefined,
  ended: Promise<void>,
  handOver: HandOver,
): ControlTarget {
  return {
    loader: server.loader,
    replication,
    health: server.health,
    published: server.publisher,
    config: () => server.configInForce,
    changeZones: (zone, change) =>
      server.turns.take(async () => {
        const { changeAddedZones } = await import('../added-zones/zone-changes.ts');
        return await changeAddedZones(server, zone, change);
      }),
    log: (severity, message) => log.event('general', severity, message),
    state: () => ({ ...server.state(), configFile }),
    counters: () => server.counters(),
    reload: (newOnly) => signals.askReload(newOnly),
    setQueryLog: (on) => server.setQueryLog(on),
    setResponseLog: (on) => server.setResponseLog(on),
    setDebugLevel: (level) => server.setDebugLevel(level),
    reopenLogs: () => server.reopenLogs(),
    reopenDnstap: (versions) => server.dnstap.reopen(versions),
    stop: () => {
      signals.askStop();
      return ended;
    },
    handOver,
  };
}

/** Rejects with `StartFailed`, the server stopped, where the socket that the operator has named can't be had. */
export async function openControl(
  makeTarget: (replication: Replication) => ControlTarget,
  server: Server,
  takeover: boolean,
  log: Log,
): Promise<ControlChannel | undefined> {
  const { control: path, isControlNamed } = server.configInForce;
  if (path === undefined) return undefined;
  // Not before the questions of the start are answered.
  const { ControlChannel } = await import('../channel/control-channel.ts');
  const target = makeTarget(await server.replication.load());
  const opened = await ControlChannel.open({ path, takeover }, target, log);
  if (opened.ok) return opened.value;
  if (!isControlNamed) {
    log.warning('general', `${opened.error}; without it \`ringzone ctl\` has no effect: name one with --control`);
    return undefined;
  }
  log.error('general', opened.error);
  await server.stop(Promise.resolve());
  throw new StartFailed(opened.error);
}
