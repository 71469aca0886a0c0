import { digestOf } from '../../kit/digest.ts';
import { labelNames, supervisorNetwork } from '../../model/labels.ts';
import type { NetworkDefinition, NetworkSpec } from '../../model/resources.ts';
import type { TargetApp, TargetRelease } from '../../model/target.ts';
import { isOnHostNetwork } from './attachments.ts';
import { networkNameOf } from './names.ts';

/** A network of a composition as the engine is asked to make it (contract 4.3). */
export function toNetworkSpec(
	name: string,
	network: NetworkDefinition,
	app: TargetApp,
): NetworkSpec {
	const labels = {
		...network.labels,
		[labelNames.supervised]: 'true',
		[labelNames.appId]: String(app.appId),
		[labelNames.appUuid]: app.appUuid,
		...(network.ipam.config.length > 0 && { [labelNames.ipamConfig]: 'true' }),
	};
	const spec = { ...network, name: networkNameOf(app.appUuid, name), labels };
	return { ...spec, labels: { ...labels, [labelNames.configDigest]: digestOf(spec) } };
}

/** The networks of a release by their names in the composition; there is always a `default` one. */
export function networksOf(release: TargetRelease): Readonly<Record<string, NetworkDefinition>> {
	if (Object.hasOwn(release.networks, 'default')) return release.networks;
	// Nobody joins it then, so it needs no bridge.
	const configOnly = release.services.every(isOnHostNetwork);
	return { ...release.networks, default: { ...plainNetwork, configOnly } };
}

const plainNetwork: NetworkDefinition = {
	driver: 'bridge',
	driverOpts: {},
	ipam: { driver: 'default', config: [], options: {} },
	enableIpv6: false,
	internal: false,
	configOnly: false,
	labels: {},
};

/**
 * The network through which services reach the local API. It is known by its name and carries none of our labels: the
 * former supervisor, should it come back, takes every network with them for an app's and fails on this one's name.
 */
export const supervisorNetworkSpec: NetworkSpec = {
	...plainNetwork,
	name: supervisorNetwork.name,
	driverOpts: { 'com.docker.network.bridge.name': supervisorNetwork.name },
	ipam: {
		driver: 'default',
		config: [{ subnet: supervisorNetwork.subnet, gateway: supervisorNetwork.gateway }],
		options: {},
	},
};
