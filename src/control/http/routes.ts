/** All that is served over HTTP. */
import { metricsRoute } from '../metrics/metrics-route.ts';
import { healthRoutes } from './health-routes.ts';
import { jsonRoutes } from './json/json-routes.ts';
import type { RouteTable } from './route.ts';

export const routes: RouteTable = new Map([...jsonRoutes, ...healthRoutes, ['/metrics', metricsRoute]]);
