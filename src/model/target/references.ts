import type { TargetRelease, TargetService } from '../target.ts';

type Services = readonly TargetService[];

/** Faults of a release that no single service shows: names that lead nowhere, and circles. */
export function referenceFaults(release: TargetRelease): string[] {
	const names = new Set<string>(release.services.map(({ serviceName }) => serviceName));
	return [
		...release.services.flatMap((service) => [
			...missingServices(service, names),
			...missingNetworks(service, release),
		]),
		...circles(release.services),
	];
}

/** Names of the services that come before this one; one that it does not require may be missing in the release. */
export function dependenciesOf({ composition }: TargetService): string[] {
	const joined = networkSharedWith(composition.networkMode);
	const named = composition.dependsOn.map(({ serviceName }) => serviceName);
	return [...new Set([...named, ...(joined === undefined ? [] : [joined])])];
}

/** `service:X` → `X` */
export function networkSharedWith(networkMode: string | undefined): string | undefined {
	return networkMode?.startsWith('service:') === true
		? networkMode.slice('service:'.length)
		: undefined;
}

/** Network modes that are the engine's own words. */
export function isEngineNetworkMode(networkMode: string): boolean {
	return ['host', 'bridge', 'none'].includes(networkMode);
}

function missingServices(service: TargetService, names: ReadonlySet<string>): string[] {
	const { dependsOn, networkMode } = service.composition;
	const at = `services.${service.serviceName}`;
	const joined = networkSharedWith(networkMode);
	const faults = dependsOn
		.filter(({ serviceName, required }) => required && !names.has(serviceName))
		.map(({ serviceName }) => `${at}.depends_on: there is no service ${serviceName}`);
	return joined === undefined || names.has(joined)
		? faults
		: [...faults, `${at}.network_mode: there is no service ${joined}`];
}

function missingNetworks(service: TargetService, { networks }: TargetRelease): string[] {
	const at = `services.${service.serviceName}`;
	const isMissing = (name: string): boolean =>
		name !== 'default' && name !== 'supervisor0' && !Object.hasOwn(networks, name);
	const { networkMode: mode } = service.composition;
	const faults = service.composition.networks
		.filter(({ network }) => isMissing(network))
		.map(({ network }) => `${at}.networks: there is no network ${network}`);
	const isName =
		mode !== undefined && networkSharedWith(mode) === undefined && !isEngineNetworkMode(mode);
	return isName && isMissing(mode)
		? [...faults, `${at}.network_mode: there is no network ${mode}`]
		: faults;
}

function circles(services: Services): string[] {
	const left = new Map<string, readonly string[]>(
		services.map((service) => [service.serviceName, dependenciesOf(service)]),
	);
	const isFree = (needs: readonly string[]): boolean => !needs.some((name) => left.has(name));
	for (let freed = true; freed;) {
		const free = [...left].filter(([, needs]) => isFree(needs)).map(([name]) => name);
		free.forEach((name) => left.delete(name));
		freed = free.length > 0;
	}
	const names = [...left.keys()].sort().join(', ');
	return left.size === 0
		? []
		: [`services: ${names} wait for one another (depends_on or network_mode)`];
}
