import { labelNames } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';

type Named = Pick<ObservedContainer, 'name' | 'labels'>;

/** The name that a container gets while another takes over from it (contract 4.3). */
export function outgoingNameOf(container: Named & Pick<ObservedContainer, 'containerId'>): string {
	const { name, containerId } = container;
	const outgoing = `old_${name}`;
	// Under a name that somebody else gave it, nobody would know it again.
	return isHandedOver({ ...container, name: outgoing })
		? outgoing
		: `${beginningOf(container)}${containerId.slice(0, 12)}`;
}

/**
 * True for a container from which another takes, or took, over. The service's name decides, as a service may be called
 * `old_web`.
 */
export function isHandedOver(container: Named): boolean {
	return container.name.startsWith(beginningOf(container));
}

function beginningOf({ labels }: Named): string {
	return `old_${labels[labelNames.serviceName] ?? ''}_`;
}
