import type { HttpSource } from '../http-source.ts';

/** There are no tasks here, but threads; bind_exporter wants their number from here. */
export function taskStatistics(source: HttpSource) {
  const { udpWorkers, tcpWorkers } = source.state();
  return {
    'thread-model': 'threaded',
    'worker-threads': udpWorkers + tcpWorkers,
    'default-quantum': 0,
    'tasks-running': 0,
    tasks: [],
  };
}
