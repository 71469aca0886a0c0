/** What a container's name tells: the release is kept in the name, so that a rename is a change of release (contract 4.3). */
export interface ContainerIdentity {
	readonly serviceName: string;
	readonly imageId: number;
	readonly releaseId: number;
	readonly commit: string;
}

/** `<service>_<imageId>_<releaseId>_<commit>`; command-line clients find services by this form. */
export function containerNameOf({
	serviceName,
	imageId,
	releaseId,
	commit,
}: ContainerIdentity): string {
	return `${serviceName}_${imageId}_${releaseId}_${commit}`;
}

/**
 * @param serviceName - the service whose container it is, where that is known: a service may be called `old_web`
 * @returns undefined for names that do not have the form; the leading `old_` of a hand-over is passed over
 */
export function parseContainerName(
	name: string,
	serviceName?: string,
): ContainerIdentity | undefined {
	const rest = serviceName === undefined ? undefined : restOf(name, serviceName);
	if (serviceName !== undefined && rest !== undefined) return { serviceName, ...rest };
	const match = /^(?:old_)?(.+)_(\d+)_(\d+)_(.+)$/.exec(name);
	const [, parsedName, imageId, releaseId, commit] = match ?? [];
	if (parsedName === undefined || commit === undefined) return undefined;
	return {
		serviceName: parsedName,
		imageId: Number(imageId),
		releaseId: Number(releaseId),
		commit,
	};
}

function restOf(
	name: string,
	serviceName: string,
): Omit<ContainerIdentity, 'serviceName'> | undefined {
	const beginning = [`${serviceName}_`, `old_${serviceName}_`].find((one) => name.startsWith(one));
	const match = /^(\d+)_(\d+)_(.+)$/.exec(name.slice(beginning?.length ?? 0));
	const [, imageId, releaseId, commit] = match ?? [];
	if (beginning === undefined || commit === undefined) return undefined;
	return { imageId: Number(imageId), releaseId: Number(releaseId), commit };
}
