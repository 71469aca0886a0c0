import { joinedBy, type JoinedNamespace } from '../../model/target/references.ts';
import { containerNameIn } from './names.ts';
import type { ServiceInApp } from './service-in-app.ts';

/** Where the engine is told whose namespace a container has. */
export const modeMembers = {
	network_mode: 'NetworkMode',
	ipc: 'IpcMode',
	pid: 'PidMode',
} as const satisfies Record<JoinedNamespace['field'], string>;

/** The modes of a container that joins those of other services, which the release names. */
export function joinedModesOf({ service, release }: ServiceInApp) {
	const modes = joinedBy(service.composition).map(({ field, serviceName }) => {
		const donor = release.services.find((one) => one.serviceName === serviceName);
		const mode = donor === undefined ? 'none' : `container:${containerNameIn(release, donor)}`;
		return [modeMembers[field], mode] as const;
	});
	return Object.fromEntries(modes);
}

/** The same modes in the words of the composition: names of containers change with every release. */
export function composedModesOf({ service: { composition } }: ServiceInApp) {
	return Object.fromEntries(
		joinedBy(composition).map(({ field, serviceName }) => [
			modeMembers[field],
			`service:${serviceName}`,
		]),
	);
}
