import { z } from 'zod';
import { mustExecute } from '../../e2e/support/dindctl.ts';
import { eventually } from '../../support/eventually.ts';
import type { Server } from './ask.ts';
import type { Names } from './match.ts';

/** A device of dindctl whose app is the example `hello`. */
export interface RealDevice {
	/** Brings it into a state that cases are recorded in. @returns how it is called then */
	make(given: string): Promise<Server>;
	/** What stood in the way of the last case is gone. */
	unmake(): Promise<void>;
	/** Its global key was replaced: the former one is accepted for a while, and refused from one moment to the next. */
	forgetKey(): void;
	/** Runs a program on the device. @returns what it printed */
	run(...command: string[]): Promise<string>;
}

/** States that a device can be brought into. */
export const makeable: ReadonlySet<string> = new Set([
	'settled',
	'no proxy',
	'a lock that a user holds',
]);

const Status = z.object({
	appState: z.string(),
	release: z.string(),
	containers: z.array(
		z.object({
			serviceName: z.string(),
			status: z.string(),
			containerId: z.string(),
			imageId: z.number(),
			appId: z.number(),
		}),
	),
});

const Apps = z.record(
	z.string(),
	z.object({
		appUuid: z.string(),
		commit: z.string(),
		services: z.record(z.string(), z.object({ releaseId: z.number() })),
	}),
);

/** @param container - the device's own, on this computer's engine */
export function createRealDevice(container: string, port: number): RealDevice {
	const run = async (...command: string[]): Promise<string> =>
		(await mustExecute('docker', ['exec', container, ...command])).stdout.trim();
	const readGlobalKey = (): Promise<string> =>
		run('docker', 'exec', 'balena_supervisor', 'node', '/usr/src/app/dist/main.cjs', 'api-key');
	let globalKey: string | undefined;
	let lockPath: string | undefined;

	const call = async (path: string, method = 'GET', body?: object): Promise<unknown> => {
		globalKey ??= await readGlobalKey();
		const response = await fetch(`http://127.0.0.1:${port}${path}`, {
			method,
			headers: { authorization: `Bearer ${globalKey}`, 'content-type': 'application/json' },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		if (response.status === 401) globalKey = undefined; // it was replaced
		if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
		return response.json().catch(() => undefined);
	};
	/** Resolves once both services run and nothing is left to do; starts one that was stopped. */
	const settle = (): Promise<z.infer<typeof Status>> =>
		eventually('the device is settled', async () => {
			const status = Status.parse(await call('/v2/state/status'));
			const stopped = status.containers.find((one) => one.status === 'exited');
			if (stopped !== undefined) {
				const { appId, serviceName } = stopped;
				await call(`/v2/applications/${appId}/start-service`, 'POST', { serviceName }).catch(
					() => undefined,
				);
			}
			const running = status.containers.filter((one) => one.status === 'Running');
			const isSettled = status.appState === 'applied' && running.length === 2;
			return isSettled && status.containers.length === 2 ? status : undefined;
		});
	const namesNow = async (status: z.infer<typeof Status>): Promise<Names> => {
		const [[appName, app]] = z
			.tuple([z.tuple([z.string(), Apps.valueType])])
			.parse(Object.entries(Apps.parse(await call('/v2/applications/state'))));
		const of = (name: string) => status.containers.find((one) => one.serviceName === name);
		const appId = status.containers[0]?.appId ?? 0;
		const { version } = z.object({ version: z.string() }).parse(await call('/v2/version'));
		const { deviceName } = z
			.object({ deviceName: z.string() })
			.parse(await call('/v2/device/name'));
		return {
			...{ appName, appUuid: app.appUuid, commit: status.release, deviceName, version },
			...{ app: appId, appText: String(appId), otherApp: appId + 1 },
			release: app.services.web?.releaseId ?? 0,
			webId: of('web')?.containerId ?? '',
			workerId: of('worker')?.containerId ?? '',
			webImage: of('web')?.imageId ?? 0,
			workerImage: of('worker')?.imageId ?? 0,
		};
	};
	return {
		run,
		async make(given) {
			const names = await namesNow(await settle());
			const variables = await run('docker', 'exec', String(names.webId), 'env');
			const app = /^BALENA_SUPERVISOR_API_KEY=(.+)$/m.exec(variables)?.[1] ?? '';
			if (given === 'a lock that a user holds') {
				lockPath = `/tmp/balena-supervisor/services/${names.app}/web/updates.lock`;
				await run('touch', lockPath);
			}
			return { port, names, keys: { global: globalKey ?? '', app } };
		},
		forgetKey() {
			globalKey = undefined;
		},
		async unmake() {
			if (lockPath !== undefined) await run('rm', '-f', lockPath);
			lockPath = undefined;
		},
	};
}
