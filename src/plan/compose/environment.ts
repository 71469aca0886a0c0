import { bothPrefixes, featuresOf } from './features.ts';
import type { ServiceInApp } from './service-in-app.ts';

/** Set when a container is made and never compared afterwards, so that a new device name restarts nothing. */
const onlyAtCreation = ['BALENA_DEVICE_NAME_AT_INIT=', 'RESIN_DEVICE_NAME_AT_INIT='];

/** `NAME=value`, by name: features come before the user's variables, those before what every service gets (contract 4.5). */
export function environmentOf(input: ServiceInApp): string[] {
	const features = featuresOf(input.service.labels);
	const layers = [
		injected(input),
		...features.map(({ defaults }) => defaults ?? {}),
		input.service.environment,
		...features.map((feature) => feature.variables?.(input) ?? {}),
	];
	const lines = new Map<string, string>();
	for (const layer of layers) {
		for (const [name, value] of Object.entries(layer)) lines.set(name, `${name}=${value}`);
	}
	return [...lines.values()].sort();
}

/** The part of an environment that tells drift. */
export function comparableEnvironment(environment: readonly string[]): string[] {
	return environment.filter((line) => !onlyAtCreation.some((start) => line.startsWith(start)));
}

function injected({ service, app, context }: ServiceInApp): Readonly<Record<string, string>> {
	return {
		...bothPrefixes({
			APP_ID: String(app.appId),
			APP_UUID: app.appUuid,
			APP_NAME: app.name,
			SERVICE_NAME: service.serviceName,
			DEVICE_UUID: context.uuid,
			DEVICE_TYPE: context.deviceType,
			DEVICE_ARCH: context.deviceArch,
			HOST_OS_VERSION: context.osVersion,
			APP_LOCK_PATH: '/tmp/balena/updates.lock',
			DEVICE_NAME_AT_INIT: context.deviceName,
		}),
		BALENA: '1',
		RESIN: '1',
		RESIN_SERVICE_KILL_ME_PATH: '/tmp/balena/handover-complete',
		BALENA_SERVICE_HANDOVER_COMPLETE_PATH: '/tmp/balena/handover-complete',
		USER: 'root',
	};
}
