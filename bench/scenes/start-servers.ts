/** Starts the servers of a scene, each with its own settings; one that does not start is left out aloud. */
import { BenchServer } from '../servers/bench-server.ts';
import { ringzone } from '../servers/ringzone.ts';
import type { ServerProgram, ServerSettings } from '../servers/server-program.ts';
import type { SceneSetting } from './scene.ts';

/** Servers to be stopped by `stopServers`, whatever comes between. Throws when Ringzone itself does not start. */
export async function startServers(
  setting: SceneSetting,
  settingsOf: (program: ServerProgram) => ServerSettings,
): Promise<BenchServer[]> {
  const servers: BenchServer[] = [];
  for (const program of setting.programs) {
    setting.note(`starting ${program.name}`);
    try {
      const settings = { ...settingsOf(program), ...profiling(setting) };
      servers.push(await BenchServer.start(program, settings, setting.folder, setting.serverCore));
    } catch (error) {
      if (program === ringzone) {
        await stopServers(servers);
        throw error;
      }
      console.warn(`left out: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return servers;
}

export async function stopServers(servers: readonly BenchServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
}

function profiling({ profileFolder }: SceneSetting): { readonly profileFolder?: string } {
  return profileFolder === undefined ? {} : { profileFolder };
}
