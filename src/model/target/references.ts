import type { ServiceComposition } from '../composition.ts';
import type { TargetRelease, TargetService } from '../target.ts';

type Services = readonly TargetService[];

/** Faults of a release that no single service shows: names that lead nowhere, and circles. */
export function referenceFaults(release: TargetRelease): string[] {
	const names = new Set<string>(release.services.map(({ serviceName }) => serviceName));
	return [
		...release.services.flatMap((service) => [
			...missingServices(service, names),
			...missingNetworks(service, release),
			...unsharedMemory(service, release),
		]),
		...circles(release.services),
	];
}

/** Names of the services that come before this one; one that it does not require may be missing in the release. */
export function dependenciesOf({ composition }: TargetService): readonly string[] {
	if (composition.dependsOn.length === 0 && joinedBy(composition) === nothing) return none;
	const joined = joinedBy(composition).map(({ serviceName }) => serviceName);
	const named = composition.dependsOn.map(({ serviceName }) => serviceName);
	return [...new Set([...named, ...joined])];
}

/** A namespace of another service that a service has instead of its own. */
export interface JoinedNamespace {
	readonly field: 'network_mode' | 'ipc' | 'pid';
	readonly serviceName: string;
}

/** Everything that a service joins: the others have to be there first. */
export function joinedBy({ networkMode, ipc, pid }: Namespaces): readonly JoinedNamespace[] {
	if (!isOfService(networkMode) && !isOfService(ipc) && !isOfService(pid)) return nothing;
	const modes = [
		['network_mode', networkMode],
		['ipc', ipc],
		['pid', pid],
	] as const;
	return modes.flatMap(([field, mode]) => {
		const serviceName = networkSharedWith(mode);
		return serviceName === undefined ? [] : [{ field, serviceName }];
	});
}

const nothing: readonly JoinedNamespace[] = [];
const none: readonly string[] = [];

type Namespaces = Pick<ServiceComposition, 'networkMode' | 'ipc' | 'pid'>;

/** `service:X` → `X` */
export function networkSharedWith(networkMode: string | undefined): string | undefined {
	return isOfService(networkMode) ? networkMode.slice('service:'.length) : undefined;
}

function isOfService(mode: string | undefined): mode is string {
	return mode?.startsWith('service:') === true;
}

/** Network modes that are the engine's own words. */
export function isEngineNetworkMode(networkMode: string): boolean {
	return ['host', 'bridge', 'none'].includes(networkMode);
}

/** What of the dependencies has no effect: a service that is not in the release is waited for by nobody. */
export function referenceNotices({ services }: TargetRelease): string[] {
	const names = new Set<string>(services.map(({ serviceName }) => serviceName));
	return services.flatMap(({ serviceName: dependant, composition }) =>
		composition.dependsOn
			.filter(({ required, serviceName }) => required && !names.has(serviceName))
			.map(
				({ serviceName }) =>
					`services.${dependant}.depends_on: there is no service ${serviceName}, so it is not waited for`,
			),
	);
}

function missingServices(service: TargetService, names: ReadonlySet<string>): string[] {
	return joinedBy(service.composition)
		.filter(({ serviceName }) => !names.has(serviceName))
		.map(
			({ field, serviceName }) =>
				`services.${service.serviceName}.${field}: there is no service ${serviceName}`,
		);
}

/** The engine lets others into a container's shared memory only where it is told to. */
function unsharedMemory({ serviceName, composition }: TargetService, { services }: TargetRelease) {
	const donor = services.find((one) => one.serviceName === networkSharedWith(composition.ipc));
	const { ipc = 'shareable' } = donor?.composition ?? {};
	if (donor === undefined || !['private', 'none'].includes(ipc)) return [];
	return [
		`services.${serviceName}.ipc: service ${donor.serviceName} does not share its own (ipc ${ipc})`,
	];
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
		: [`services: ${names} wait for one another (depends_on, network_mode, ipc or pid)`];
}
