/** Texts that clients of the compatible API compare with (contract 1.5). */
export const controlMessages = {
	/** Begins `App not found: ` and goes on over three lines that a tab indents. */
	appNotFound:
		'App not found: the device runs no service of this app.\n' +
		'\tIf the device was moved here from another app,\n' +
		'\tor the app has just been released,\n' +
		'\twait until it is installed, then ask again.',
	serviceNotFound: 'Service not found, a container must exist for this endpoint to work',
	serviceNotInTarget: 'Service does not exist in target release',
	noSelector:
		'serviceName or imageId parameters were not provided, and the app does not have exactly one service: ' +
		'name the service in a v2 service endpoint',
} as const;
