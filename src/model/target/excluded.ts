/** The supervisor's own apps, one an architecture (contract 4.1); they are reported but never applied. */
const supervisorApps: ReadonlySet<string> = new Set([
	'52e35121417640b1b28a680504e4039b',
	'900de4f3cbac4b9bbd232885a35e407b',
	'2e66a95795c149959c69472a8c2f92b8',
	'531b357e155c480cbec0fdd33041a1f5',
	'6822565f766e413e96d9bebe2227cdcc',
]);

export function isSupervisorApp(appUuid: string): boolean {
	return supervisorApps.has(appUuid);
}

/** True for a host app's service that is an ordinary container; the others are part of the operating system. */
export function isOrdinaryService(labels: Readonly<Record<string, string>>): boolean {
	const imageClass = labels['io.balena.image.class'] ?? 'service';
	const imageStore = labels['io.balena.image.store'] ?? 'data';
	return imageClass === 'service' && imageStore === 'data';
}
