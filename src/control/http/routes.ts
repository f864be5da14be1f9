/** All that is served over HTTP. */
import { jsonRoutes } from './json/json-routes.ts';
import type { RouteTable } from './route.ts';

export const routes: RouteTable = new Map([...jsonRoutes]);
