import { startEngineProxy, type EngineProxy } from '../../test/support/engine-proxy.ts';
import { startSupervisor, type BenchSupervisor } from './bench-supervisor.ts';
import type { BenchContext } from './context.ts';
import { waitForServices } from './wait-for-services.ts';
import { pause } from './within.ts';

/** A report, a log or a look of the last change is over by then, and the poller asks at most once a second. */
const calmMs = 1200;
/** Events that came while the supervisor was frozen are read by then. */
const thawMs = 400;
/** Whatever a change leads to is over by then. */
const settleMs = 10_000;
/** Services of the second app, which keeps the image on the device. */
const keepers = 1;

export const calm = (): Promise<void> => pause(calmMs);

/** Runs `work` while the supervisor does nothing, and gives it time to read what happened meanwhile. */
export async function whileFrozen<T>(
	supervisor: BenchSupervisor,
	work: () => Promise<T>,
): Promise<T> {
	const result = await supervisor.whileFrozen(work);
	await pause(thawMs);
	return result;
}

export interface WithServicesOptions {
	/** Of the measured app, running when `work` begins. */
	readonly services: number;
	/** For DOCKER_HOST; default: the device's socket. */
	readonly engineUrl?: string;
}

/** Runs `work` with a supervisor at rest on the device; nothing of either is left afterwards. */
export async function withServices<T>(
	context: BenchContext,
	{ services, ...options }: WithServicesOptions,
	work: (supervisor: BenchSupervisor) => Promise<T>,
): Promise<T> {
	context.cloud.setTarget({ services, keeper: true });
	const supervisor = await startSupervisor(context.device, { ...context, ...options });
	try {
		await untilServicesRun(context, supervisor, services);
		return await work(supervisor);
	} finally {
		await supervisor.remove();
		await context.device.removeServices();
	}
}

/** Resolves when so many services of the measured app run, and a moment later. */
export async function untilServicesRun(
	context: BenchContext,
	supervisor: BenchSupervisor,
	services: number,
): Promise<void> {
	await waitForServices(context, supervisor, keepers + services);
	await calm();
}

/** The target is changed and told of. @returns engine calls that follow, up to ten seconds later */
export async function countCalls(
	{ cloud, ...context }: BenchContext,
	services: number,
	change: (cloud: BenchContext['cloud']) => void,
): Promise<number> {
	const { device } = context;
	const proxy: EngineProxy = await startEngineProxy({ host: device.ip, port: 2375 }, device.hostIp);
	const options = { services, engineUrl: proxy.url };
	try {
		return await withServices({ ...context, cloud }, options, async (supervisor) => {
			await pause(settleMs);
			proxy.forget();
			change(cloud);
			await supervisor.update();
			await pause(settleMs);
			return proxy.calls().length;
		});
	} finally {
		await proxy.close();
	}
}
