/** Labels on the engine's objects (contract 4.3, 4.4), and ours. */
export const labelNames = {
	supervised: 'io.balena.supervised',
	appId: 'io.balena.app-id',
	appUuid: 'io.balena.app-uuid',
	serviceId: 'io.balena.service-id',
	serviceName: 'io.balena.service-name',
	/** Digest of the wanted configuration; a differing one is drift. */
	configDigest: 'io.holdfast.config-digest',
	/** A short hash of every field of that configuration, so that it can be said what drifted. */
	configFields: 'io.holdfast.config-fields',
	/** Names of the services that come before it, with spaces between: its app is taken down the other way round. */
	dependsOn: 'io.holdfast.depends-on',
	/** Scopes of the service's key beside that of its app: `read`, `control`, `host`, with commas between. */
	apiScopes: 'io.holdfast.api-scopes',
	updateStrategy: 'io.balena.update.strategy',
	handoverTimeout: 'io.balena.update.handover-timeout',
	ipamConfig: 'io.balena.private.ipam.config',
	/** Truthy: a contract that is not met drops this service only. */
	optional: 'io.balena.features.optional',
	/** Truthy: the first start of a new container waits for a reboot. */
	requiresReboot: 'io.balena.update.requires-reboot',
} as const;

/** `io.resin.` and every other `resin` of a label's name written as `balena`, as the reference does. */
export function normaliseLabelName(name: string): string {
	return name.startsWith('io.resin.') ? name.replaceAll('resin', 'balena') : name;
}

const effective: readonly string[] = [
	labelNames.updateStrategy,
	labelNames.handoverTimeout,
	labelNames.requiresReboot,
];

/** Those of an image's labels that change what becomes of a service, under their names of today (contract 4.2, 4.4). */
export function effectiveLabelsOf(
	labels: Readonly<Record<string, string>>,
): Record<string, string> {
	const named = Object.entries(labels).filter(([label]) => {
		const name = normaliseLabelName(label);
		return name.startsWith('io.balena.features.') || effective.includes(name);
	});
	// Where both spellings are given the `io.balena.` one counts.
	const inOrder = named.sort(([one], [other]) => Number(isExact(one)) - Number(isExact(other)));
	return Object.fromEntries(inOrder.map(([label, value]) => [normaliseLabelName(label), value]));
}

function isExact(label: string): boolean {
	return normaliseLabelName(label) === label;
}

/** Truthy label and flag texts (contract 1.1). */
export function isTruthy(value: unknown): boolean {
	return /^(1|true|on)$/i.test(String(value));
}

/** The supervisor's own network (contract 4.3). */
export const supervisorNetwork = {
	name: 'supervisor0',
	subnet: '10.114.104.0/25',
	gateway: '10.114.104.1',
} as const;

/** The feature of further firmware: its label, and its volume, which is the device's and no app's (contract 4.3, 4.4). */
export const extraFirmware = {
	label: 'io.balena.features.extra-firmware',
	volume: 'extra-firmware',
} as const;
