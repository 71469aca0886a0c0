import { get } from 'node:http';
import { say } from './bench-device.ts';
import { startSupervisor, type BenchSupervisor } from './bench-supervisor.ts';
import type { BenchContext } from './context.ts';
import { createLineCount, type LineCount } from './line-count.ts';
import { pushServices } from './local-target.ts';
import { startLogCloud, type LogCloud } from './log-cloud.ts';
import { waitForServices } from './wait-for-services.ts';

/** A supervisor with services, and a reader of their lines. */
export interface LogOutlet {
	readonly supervisor: BenchSupervisor;
	/** Of the services. */
	readonly appId: number;
	count(): LineCount;
	forget(): void;
	/** The cloud's end, if there is one. */
	readonly cloud?: LogCloud;
	/** The supervisor and its reader are gone; the services run on. */
	remove(): Promise<void>;
}

export type SinkName = 'cloud' | 'local stream';

/** How each of the two is set up, with so many services. */
export const openOutlet: Record<
	SinkName,
	(context: BenchContext, services: number) => Promise<LogOutlet>
> = { cloud: openCloud, 'local stream': openLocal };

async function openCloud(context: BenchContext, services: number): Promise<LogOutlet> {
	const cloud = await startLogCloud();
	const logsUrl = cloud.url.replace('127.0.0.1', context.device.hostIp);
	context.cloud.setTarget({ services, keeper: false, keepsLogs: true });
	const supervisor = await startSupervisor(context.device, { ...context, logsUrl });
	await waitForServices(context, supervisor, services);
	const remove = async (): Promise<void> => {
		await supervisor.remove();
		await cloud.close();
	};
	const counting = { count: () => cloud.count(), forget: () => cloud.forget() };
	return { supervisor, appId: 77, ...counting, cloud, remove };
}

async function openLocal(context: BenchContext, services: number): Promise<LogOutlet> {
	const { device } = context;
	const supervisor = await startSupervisor(device, { ...context, cloudUrl: '' });
	await pushServices(supervisor, { services, image: 'busybox:stable' });
	await waitForServices(context, supervisor, services);
	const counter = createLineCount();
	const url = `${supervisor.apiUrl}/v2/local/logs`;
	const request = get(url, { agent: false }, (answer) => {
		answer.on('data', (bytes: Buffer) => counter.add(bytes)).on('error', () => undefined);
	});
	request.on('error', (err) => say(`local stream: ${err.message}`));
	const remove = async (): Promise<void> => {
		request.destroy();
		await supervisor.remove();
	};
	const counting = { count: () => counter.read(), forget: () => counter.forget() };
	return { supervisor, appId: 1, ...counting, remove };
}
