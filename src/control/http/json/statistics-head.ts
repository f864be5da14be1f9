import type { HttpSource } from '../http-source.ts';

/** What every answer begins with. The version is that of BIND 9.18's keys. */
export function statisticsHead(source: HttpSource) {
  const { bootMs, configuredMs, version } = source.state();
  return {
    'json-stats-version': '1.7',
    'boot-time': new Date(bootMs).toISOString(),
    'config-time': new Date(configuredMs).toISOString(),
    'current-time': new Date().toISOString(),
    version,
  };
}

/** As the times of zones are written: without milliseconds; the beginning of 1970 for never. */
export function secondsTime(ms: number | undefined): string {
  return `${new Date(ms ?? 0).toISOString().slice(0, 19)}Z`;
}
