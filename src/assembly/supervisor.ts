import { createApiListener, type ApiListener } from '../api/listen.ts';
import { createObstacle, type Obstacle } from '../api/obstacle.ts';
import { createApi } from '../api/server.ts';
import type { ApiDeps } from '../api/deps.ts';
import type { Environment } from '../config/environment.ts';
import type { ConfigJson } from '../config/config-json.ts';
import { createConfigFile } from '../host/config-file.ts';
import { ensureIdentity } from '../cloud/identity.ts';
import type { Clock } from '../kit/clock.ts';
import type { Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';
import type { Random } from '../kit/random.ts';
import type { ConfigFile } from '../ports/host.ts';
import { listenOverrideOf } from './listen-override.ts';
import { createPageFiles, pageFolder } from './page-files.ts';
import { patiently } from './patiently.ts';
import { runJobs } from './run-jobs.ts';

export interface SupervisorOptions {
	readonly environment: Environment;
	readonly version: string;
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Logger;
}

/** `docker stop` kills after 10 s. */
const graceMs = 8_000;

/** What the rest of the process waits for, and why it has to. */
interface Startup {
	readonly ready: Promise<ApiDeps>;
	readonly open: (deps: ApiDeps) => void;
	readonly obstacle: Obstacle;
}

/**
 * Runs the supervisor until the signal fires. A config.json or database that cannot be used does not end it: the local
 * API tells what is wrong, and it goes on by itself once that is mended.
 * @returns false when a part failed
 */
export async function runSupervisor(
	options: SupervisorOptions,
	signal: AbortSignal,
): Promise<boolean> {
	const { environment, clock, log } = options;
	const config = createConfigFile({ path: environment.configPath, log });
	const startup = createStartup();
	const first = await config.read().catch(() => undefined);
	const listener = createApiListener({
		app: createApi({ ...startup, log, pageFile: createPageFiles(pageFolder()) }),
		port: first?.listenPort ?? environment.listenPort ?? 48_484,
		timeoutMs: first?.apiTimeout ?? 900_000,
		clock,
		log,
	});
	const device = createDeviceJob({ ...options, config, listener }, startup);
	return runJobs([listener, device], signal, { log, graceMs });
}

function createStartup(): Startup {
	let open: (deps: ApiDeps) => void = () => undefined;
	const ready = new Promise<ApiDeps>((resolve) => (open = resolve));
	return { ready, open, obstacle: createObstacle() };
}

interface DeviceJobOptions extends SupervisorOptions {
	readonly config: ConfigFile;
	readonly listener: Pick<ApiListener, 'attempted' | 'moveTo'>;
}

/**
 * Everything but the local API's server: begins once config.json and the database can be used. Its code is most of the
 * program, and is loaded while the local API answers already.
 */
function createDeviceJob(options: DeviceJobOptions, startup: Startup): Job {
	const { config, listener, clock, random, log } = options;
	return {
		name: 'device',
		async run(signal) {
			await listener.attempted;
			const patience = {
				...{ clock, log, signal },
				onObstacle: (reason: string | undefined): void => startup.obstacle.set(reason),
			};
			const configJson = await patiently<ConfigJson>(
				() => ensureIdentity(config, random),
				patience,
			);
			const { createBasis } = await import('./basis.ts');
			const basis = await patiently(() => createBasis({ ...options, configJson }), patience);
			try {
				const override = await patiently(() => listenOverrideOf(basis.store), patience);
				if (override !== undefined) listener.moveTo(override);
				const { createDevice } = await import('./device.ts');
				const device = await patiently(() => createDevice(basis), patience);
				startup.open(device.api);
				await runJobs(device.jobs, signal, { log, clock, graceMs: graceMs - 1_000 });
				await device.finish();
			} finally {
				basis.engine.close();
				await basis.store.close();
			}
		},
	};
}
