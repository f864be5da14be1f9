import type { ReloadOutcome } from '../channel/control-target.ts';
import { logDiagnostics } from '../load/log-outcome.ts';
import type { Log } from '../log/log.ts';
import { makePlan, type ServeRequest } from './serve-plan.ts';
import type { Server } from './server.ts';
import { type Notify, reloadingState } from './systemd.ts';

/** Read the configuration anew and have the server take it. A bad one changes nothing. */
export async function reloadServer(
  server: Server,
  request: ServeRequest,
  newOnly: boolean,
  log: Log,
  notify: Notify,
): Promise<ReloadOutcome> {
  notify(reloadingState());
  log.info('general', newOnly ? 'reloading configuration, loading new zones' : 'reloading configuration and zones');
  try {
    const plan = await makePlan(request, server.configInForce);
    if (plan.ok) {
      logDiagnostics(log, 'config', plan.value.config.warnings);
      const summary = await server.reload(plan.value.config, newOnly);
      const fields = { zones: summary.loadedZones, records: summary.records };
      if (summary.refusedZones === 0) log.info('general', 'reloading zones succeeded', { fields });
      else
        log.error('general', `reloading zones: ${summary.refusedZones} refused, what was served of them stays`, {
          fields,
        });
      return { kind: 'done', summary, refusals: server.loader.refusals };
    }
    logDiagnostics(log, 'config', plan.error);
    log.error('config', 'reloading configuration failed: the old one stays in force, zones were not reloaded');
    return { kind: 'invalid', diagnostics: plan.error };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.error('general', `reloading failed: ${reason}`);
    return { kind: 'failed', reason };
  } finally {
    notify('READY=1');
  }
}
