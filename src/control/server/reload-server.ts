import type { ReloadOutcome } from '../channel/control-target.ts';
import { logDiagnostics } from '../load/log-outcome.ts';
import type { LoadSummary } from '../loader-messages.ts';
import type { Log } from '../log/log.ts';
import { makePlan, type ServeRequest } from './serve-plan.ts';
import type { Server } from './server.ts';
import { type Notify, reloadingState } from './systemd.ts';

/** Read the configuration anew and have the server take it. A bad one changes nothing. */
export function reloadServer(
  server: Server,
  request: ServeRequest,
  newOnly: boolean,
  log: Log,
  notify: Notify,
): Promise<ReloadOutcome> {
  return server.turns.take(() => reload(server, request, newOnly, log, notify));
}

async function reload(
  server: Server,
  request: ServeRequest,
  newOnly: boolean,
  log: Log,
  notify: Notify,
): Promise<ReloadOutcome> {
  notify(reloadingState());
  try {
    const plan = await makePlan(request, server.configInForce);
    if (plan.ok) {
      const { source } = plan.value;
      if (source.kind === 'file') log.info('general', `loading configuration from '${source.path}'`);
      logDiagnostics(log, 'config', plan.value.config.warnings);
      log.info('general', 'reloading configuration succeeded');
      if (newOnly) log.info('general', 'scheduled loading new zones');
      const summary = await server.reload(plan.value.config, newOnly);
      tellZones(summary, newOnly, log);
      return { kind: 'done', summary, refusals: server.loader.refusals };
    }
    logDiagnostics(log, 'config', plan.error);
    log.error('general', 'reloading configuration failed: the old one stays in force, zones were not reloaded');
    return { kind: 'invalid', diagnostics: plan.error };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.error('general', `reloading failed: ${reason}`);
    return { kind: 'failed', reason };
  } finally {
    notify('READY=1');
  }
}

/** In BIND's words, but that it says that reloading has succeeded before it has read a zone. */
function tellZones(summary: LoadSummary, newOnly: boolean, log: Log): void {
  const { refusedZones, loadedZones, records } = summary;
  const fields = { zones: loadedZones, records };
  if (refusedZones > 0) {
    const message = `reloading zones: ${refusedZones} refused, what was served of them stays`;
    log.error('general', message, { fields });
  } else if (newOnly) {
    log.info('general', 'any newly configured zones are now loaded', { fields });
  } else {
    log.info('general', 'reloading zones succeeded', { fields });
    log.notice('general', 'all zones loaded');
  }
  log.notice('general', 'running');
}
