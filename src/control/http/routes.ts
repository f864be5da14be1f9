/** All that is served over HTTP. */
import { metricsRoute } from '../metrics/metrics-route.ts';
import { pageRoutes } from '../page/page-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { jsonRoutes } from './json/json-routes.ts';
import type { LiveRoute, Route, RouteTable } from './route.ts';

export const routes: RouteTable = new Map<string, Route | LiveRoute>([
  ...pageRoutes,
  ...jsonRoutes,
  ...healthRoutes,
  ['/metrics', metricsRoute],
]);
