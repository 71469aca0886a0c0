import { extraFirmware, isTruthy, supervisorNetwork } from '../../model/labels.ts';
import { networkSharedWith } from '../../model/target/references.ts';
import { serviceKeyOf } from '../../model/ids.ts';
import type { DeviceRequest } from '../../model/container-spec.ts';
import type { DeviceContext } from '../context.ts';
import type { ServiceInApp } from './service-in-app.ts';

type Variables = Readonly<Record<string, string>>;

/** What a feature label gives a container; absent members give nothing. */
interface Feature {
	/** Binds of host paths, `host:container[:ro]`. */
	readonly binds?: (context: DeviceContext) => readonly string[];
	/** Variables the user's own come before. */
	readonly defaults?: Variables;
	/** Variables that come before the user's own. */
	readonly variables?: (service: ServiceInApp) => Variables;
	readonly joinsSupervisorNetwork?: boolean;
	readonly deviceRequests?: readonly DeviceRequest[];
}

/** Feature labels (contract 4.4) by the end of their name. */
const features: Readonly<Record<string, Feature>> = {
	'journal-logs': {
		binds: () =>
			['/var/log/journal', '/run/log/journal', '/etc/machine-id'].map((path) =>
				samePath(path, 'ro'),
			),
	},
	dbus: { binds: () => ['/run/dbus:/host/run/dbus'] },
	'kernel-modules': { binds: (context) => ifOnHost(context, '/lib/modules') },
	firmware: { binds: (context) => ifOnHost(context, '/lib/firmware') },
	sysfs: { binds: () => [samePath('/sys')] },
	procfs: { binds: () => [samePath('/proc')] },
	'balena-socket': {
		binds: ({ engineSocketPath }) => [
			`${engineSocketPath}:/host/run/balena-engine.sock`,
			samePath(engineSocketPath),
			`${engineSocketPath}:/var/run/balena.sock`,
		],
		defaults: { DOCKER_HOST: 'unix:///host/run/balena-engine.sock' },
	},
	'balena-api': {
		variables: ({ context: { cloud } }) =>
			cloud === undefined
				? {}
				: bothPrefixes({ API_KEY: cloud.deviceApiKey, API_URL: cloud.apiEndpoint }),
	},
	'supervisor-api': { variables: supervisorApiVariables, joinsSupervisorNetwork: true },
	'host-os.board-rev': {
		variables: ({ context: { osBuild } }) =>
			osBuild === undefined
				? {}
				: bothPrefixes({ HOST_OS_BOARD_REV: osBuild, HOST_OS_BUILD: osBuild }),
	},
	// A volume of the device, not of the app; the engine makes it.
	'extra-firmware': { binds: () => [`${extraFirmware.volume}:/extra-firmware`] },
	gpu: { deviceRequests: [{ Count: 1, Capabilities: [['gpu']] }] },
};

const featureLabels = Object.entries(features).map(
	([name, feature]) => [`io.balena.features.${name}`, feature] as const,
);

const none: readonly Feature[] = [];

/** The features a service's labels ask for, in a fixed order. */
export function featuresOf(labels: Readonly<Record<string, string>>): readonly Feature[] {
	if (!Object.keys(labels).some((label) => label.startsWith('io.balena.features.'))) return none;
	return featureLabels.flatMap(([label, feature]) =>
		label in labels && isTruthy(labels[label]) ? [feature] : [],
	);
}

/** The same variables under both product prefixes. */
export function bothPrefixes(variables: Variables): Variables {
	const both: Record<string, string> = {};
	for (const [name, value] of Object.entries(variables)) {
		both[`BALENA_${name}`] = value;
		both[`RESIN_${name}`] = value;
	}
	return both;
}

function supervisorApiVariables(input: ServiceInApp): Variables {
	const { service, app, context } = input;
	const key = context.serviceApiKeys[serviceKeyOf(app.appUuid, service.serviceName)];
	const host = isOnHost(input) ? '127.0.0.1' : supervisorNetwork.gateway;
	return bothPrefixes({
		...(key !== undefined && { SUPERVISOR_API_KEY: key }),
		SUPERVISOR_PORT: String(context.apiPort),
		SUPERVISOR_HOST: host,
		SUPERVISOR_ADDRESS: `http://${host}:${context.apiPort}`,
	});
}

/** True when the service has the host's network, be it by way of a neighbour. */
function isOnHost({ service, release }: ServiceInApp): boolean {
	const { networkMode } = service.composition;
	const joined = networkSharedWith(networkMode);
	if (joined === undefined) return networkMode === 'host';
	const neighbour = release.services.find(({ serviceName }) => serviceName === joined);
	return neighbour?.composition.networkMode === 'host';
}

function ifOnHost({ hostPaths }: DeviceContext, path: string): string[] {
	return hostPaths.includes(path) ? [samePath(path)] : [];
}

function samePath(path: string, mode?: 'ro'): string {
	return mode === undefined ? `${path}:${path}` : `${path}:${path}:${mode}`;
}
