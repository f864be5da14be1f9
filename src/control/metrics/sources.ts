/** All that /metrics tells of, beside what prom-client tells of any Node process. A new part of the server adds its line here. */
import { counterMetrics } from './counter-metrics.ts';
import { messageMetrics } from './message-metrics.ts';
import type { MetricsSource } from './metric-family.ts';
import { peerMetrics } from './peer-metrics.ts';
import { probeMetrics } from './probe-metrics.ts';
import { serverMetrics } from './server-metrics.ts';
import { steeringMetrics } from './steering-metrics.ts';
import { transferMetrics } from './transfer-metrics.ts';
import { zoneMetrics } from './zone-metrics.ts';

export const metricsSources: readonly MetricsSource[] = [
  serverMetrics,
  messageMetrics,
  counterMetrics,
  transferMetrics,
  zoneMetrics,
  steeringMetrics,
  probeMetrics,
  peerMetrics,
];
