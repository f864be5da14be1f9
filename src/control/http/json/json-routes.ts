/** BIND's statistics channel as JSON: the same paths, the same keys (docs/statistics.md). */
import type { HttpSource } from '../http-source.ts';
import type { Route } from '../route.ts';
import { memoryStatistics } from './memory-statistics.ts';
import { serverStatistics } from './server-statistics.ts';
import { socketStatistics } from './socket-statistics.ts';
import { statisticsHead } from './statistics-head.ts';
import { taskStatistics } from './task-statistics.ts';
import { trafficStatistics } from './traffic-statistics.ts';
import { type ViewContent, viewParts } from './view-statistics.ts';

const all = json(everything, { zones: true, resolver: true });
const head = json(() => ({}));

export const jsonRoutes: readonly (readonly [path: string, route: Route])[] = [
  ['/json', all],
  ['/json/v1', all],
  // As with BIND: behind the slash stands what is in all of them.
  ['/json/v1/', head],
  ['/json/v1/server', json(serverStatistics, { zones: false, resolver: true })],
  ['/json/v1/zones', json(() => ({}), { zones: true, resolver: false })],
  ['/json/v1/net', json((source) => ({ sockstats: socketStatistics(source) }))],
  ['/json/v1/mem', json((source) => ({ memory: memoryStatistics(source) }))],
  ['/json/v1/status', head],
  ['/json/v1/traffic', json((source) => ({ traffic: trafficStatistics(source) }))],
  ['/json/v1/tasks', json((source) => ({ taskmgr: taskStatistics(source) }))],
];

function everything(source: HttpSource): object {
  return {
    ...serverStatistics(source),
    sockstats: socketStatistics(source),
    taskmgr: taskStatistics(source),
    traffic: trafficStatistics(source),
    memory: memoryStatistics(source),
  };
}

/** Behind the head comes what `members` gives, then the views. */
function json(members: (source: HttpSource) => object, views?: ViewContent): Route {
  return {
    contentType: 'application/json',
    body(source) {
      const text = JSON.stringify({ ...statisticsHead(source), ...members(source) });
      return views === undefined ? text : withViews(text, source, views);
    },
  };
}

function* withViews(object: string, source: HttpSource, views: ViewContent): Generator<string> {
  yield `${object.slice(0, -1)},`;
  yield* viewParts(source, views);
  yield '}';
}
