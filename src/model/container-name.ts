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

/** @returns undefined for names that do not have the form; a leading `old_` (hand-over) is passed over */
export function parseContainerName(name: string): ContainerIdentity | undefined {
	const match = /^(?:old_)?(.+)_(\d+)_(\d+)_(.+)$/.exec(name);
	const [, serviceName, imageId, releaseId, commit] = match ?? [];
	if (serviceName === undefined || commit === undefined) return undefined;
	return { serviceName, imageId: Number(imageId), releaseId: Number(releaseId), commit };
}
