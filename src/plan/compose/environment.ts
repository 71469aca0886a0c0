import { bothPrefixes, featuresOf } from './features.ts';
import type { ServiceInApp } from './service-in-app.ts';

/** Set when a container is made and never compared afterwards, so that a new device name restarts nothing. */
const onlyAtCreation = ['BALENA_DEVICE_NAME_AT_INIT=', 'RESIN_DEVICE_NAME_AT_INIT='];

/** What every service of an app gets, as `NAME=value` by name, in order of the lines. */
export type CommonEnvironment = ReadonlyMap<string, string>;

/** Computed once for an app, as most of a service's environment is the same in all of them. */
export function commonEnvironment({
	app,
	context,
}: Pick<ServiceInApp, 'app' | 'context'>): CommonEnvironment {
	const lines = linesOf([
		bothPrefixes({
			APP_ID: String(app.appId),
			APP_UUID: app.appUuid,
			APP_NAME: app.name,
			DEVICE_UUID: context.uuid,
			DEVICE_TYPE: context.deviceType,
			DEVICE_ARCH: context.deviceArch,
			HOST_OS_VERSION: context.osVersion,
			APP_LOCK_PATH: '/tmp/balena/updates.lock',
			DEVICE_NAME_AT_INIT: context.deviceName,
		}),
		{
			BALENA: '1',
			RESIN: '1',
			RESIN_SERVICE_KILL_ME_PATH: '/tmp/balena/handover-complete',
			BALENA_SERVICE_HANDOVER_COMPLETE_PATH: '/tmp/balena/handover-complete',
			USER: 'root',
		},
	]);
	return new Map([...lines].sort(([, one], [, other]) => (one < other ? -1 : 1)));
}

/** `NAME=value`, in order: features come before the user's variables, those before what every service gets (contract 4.5). */
export function environmentOf(input: ServiceInApp, common: CommonEnvironment): string[] {
	const { service } = input;
	const features = featuresOf(service.labels);
	const own = linesOf([
		bothPrefixes({ SERVICE_NAME: service.serviceName }),
		...features.map(({ defaults }) => defaults ?? {}),
		service.environment,
		...features.map((feature) => feature.variables?.(input) ?? {}),
	]);
	const others: string[] = [];
	for (const [name, line] of common) {
		if (!own.has(name)) others.push(line);
	}
	return merged(others, [...own.values()].sort());
}

/** The part of an environment that tells drift. */
export function comparableEnvironment(environment: readonly string[]): string[] {
	return environment.filter((line) => !onlyAtCreation.some((start) => line.startsWith(start)));
}

/** By name; later layers win. */
function linesOf(layers: readonly Readonly<Record<string, string>>[]): Map<string, string> {
	const lines = new Map<string, string>();
	for (const layer of layers) {
		for (const name of Object.keys(layer)) lines.set(name, `${name}=${layer[name] ?? ''}`);
	}
	return lines;
}

/** Two lists in order as one. */
function merged(one: readonly string[], other: readonly string[]): string[] {
	const both: string[] = [];
	let next = 0;
	for (const line of one) {
		for (let rival = other[next]; rival !== undefined && rival < line; rival = other[next]) {
			both.push(rival);
			next += 1;
		}
		both.push(line);
	}
	return [...both, ...other.slice(next)];
}
