/**
 * Ids of an app's steps. A step may name any of them as what it waits for: those that are not in the plan are dropped
 * when the plan is put in order, as what they would do is already so.
 */
export const stepIds = {
	pullImage: (image: string) => `pullImage ${image}`,
	createNetwork: (network: string) => `createNetwork ${network}`,
	removeNetwork: (network: string) => `removeNetwork ${network}`,
	createVolume: (volume: string) => `createVolume ${volume}`,
	removeVolume: (volume: string) => `removeVolume ${volume}`,
	createContainer: (serviceName: string) => `createContainer ${serviceName}`,
	connectNetwork: (serviceName: string, network: string) =>
		`connectNetwork ${serviceName} to ${network}`,
	startContainer: (serviceName: string) => `startContainer ${serviceName}`,
	/** By the container's name, as a service may have several to get rid of. */
	stopContainer: (containerName: string) => `stopContainer ${containerName}`,
	removeContainer: (containerName: string) => `removeContainer ${containerName}`,
	renameContainer: (containerName: string) => `renameContainer ${containerName}`,
	restartContainer: (containerName: string) => `restartContainer ${containerName}`,
	updateRestartPolicy: (containerName: string) => `updateRestartPolicy ${containerName}`,
	clearHandover: (serviceName: string) => `clearHandover ${serviceName}`,
	waitHandover: (serviceName: string) => `waitHandover ${serviceName}`,
	removeOldImage: (serviceName: string) => `removeImage of ${serviceName}`,
	/** For what does not wait until all images of the app are there. */
	takeLocksAtOnce: 'takeLocks at once',
	releaseLocksAtOnce: 'releaseLocks at once',
	takeLocks: 'takeLocks',
	releaseLocks: 'releaseLocks',
	/** @param cause - a service, or what the device boots with */
	requireReboot: (cause: string) => `requireReboot for ${cause}`,
	changeBootConfig: (title: string) => `changeBootConfig ${title}`,
	recordCommit: 'recordCommit',
} as const;
