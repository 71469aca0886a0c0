import type { Adoptions } from '../model/adoptions.ts';
import type { ContainerSpec } from '../model/container-spec.ts';
import { listedReference } from '../model/image-reference.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { TargetService } from '../model/target.ts';
import { differingFields } from './compose/config-fields.ts';
import { remadeDependencies } from './dependencies.ts';
import { isHandedOver } from './hand-over-names.ts';
import type { NetworkChange } from './networks.ts';
import type { ObservedIndex } from './observed-index.ts';
import type { ServiceDecision } from './service-decision.ts';

/** What containers are judged by, beside what their service wants. */
export interface Situation {
	readonly index: ObservedIndex;
	/** Ids of containers that people want replaced. */
	readonly toReplace: ReadonlySet<string>;
	/** By engine name: networks that will be made. */
	readonly networkChanges: ReadonlyMap<string, NetworkChange>;
	/** What tells drift of containers that another supervisor made. */
	readonly adopted: Adoptions;
}

export interface WantedContainer {
	readonly service: TargetService;
	readonly spec: ContainerSpec;
	/** What becomes of the service whose network it shares. */
	readonly neighbour?: Neighbour | undefined;
	/** What becomes of the services that come before it. */
	readonly decided: ReadonlyMap<string, ServiceDecision>;
}

interface Neighbour {
	readonly service: TargetService;
	readonly kept?: ObservedContainer | undefined;
}

/** A person wants the container replaced. */
export const replacementAskedFor = 'replacement asked for';

/** Why a container of a service cannot stay; undefined when it can. */
export function misfitOf(
	container: ObservedContainer,
	wanted: WantedContainer,
	situation: Situation,
): string | undefined {
	if (container.state === 'dead') return 'dead';
	if (isHandedOver(container)) return 'handed over';
	if (situation.toReplace.has(container.containerId)) return replacementAskedFor;
	if (!hasImage(container, wanted.service, situation.index)) return 'new image';
	if (isDrifted(container, wanted.spec, situation)) return driftCause(container, wanted.spec);
	return (
		networkMisfit(container, situation) ??
		neighbourMisfit(container, wanted) ??
		dependencyMisfit(container, wanted)
	);
}

function dependencyMisfit(
	container: ObservedContainer,
	{ service, decided }: WantedContainer,
): string | undefined {
	const [remade] = remadeDependencies(service, container, decided);
	return remade === undefined ? undefined : `service ${remade} is made anew`;
}

/** True when it is attached to a network that goes before it is made anew. */
export function holdsReplacedNetwork(
	container: ObservedContainer,
	{ networkChanges }: Pick<Situation, 'networkChanges'>,
): boolean {
	return container.networks.some((name) => networkChanges.get(name)?.replaces !== undefined);
}

/** True when a container's network, or the service whose network it shares, is made anew. */
export function losesNetwork(
	container: ObservedContainer,
	wanted: WantedContainer,
	situation: Situation,
): boolean {
	const misfit = networkMisfit(container, situation) ?? neighbourMisfit(container, wanted);
	return misfit !== undefined;
}

/**
 * The engine's image ids decide; when the engine does not know the reference, its text does, or a tag of the cloud's
 * location: so another supervisor names what it made of a delta.
 */
function hasImage(
	container: ObservedContainer,
	{ image: reference, engineImageId }: TargetService,
	index: ObservedIndex,
): boolean {
	if (container.engineImageId === engineImageId) return true;
	const image = index.image(reference);
	if (image !== undefined) return container.engineImageId === image.engineImageId;
	return (
		listedReference(container.imageReference) === listedReference(reference) ||
		index
			.located()
			.taggedOnly(reference)
			.some((one) => one.engineImageId === container.engineImageId)
	);
}

/** A container without a digest was made by another supervisor; once it is adopted, that for which it was counts. */
function isDrifted(
	container: ObservedContainer,
	spec: ContainerSpec,
	{ adopted }: Pick<Situation, 'adopted'>,
): boolean {
	const made = container.labels[labelNames.configDigest] ?? adopted[container.containerId];
	if (made !== undefined) return made !== spec.config.Labels[labelNames.configDigest];
	return !isAdoptable(container, spec);
}

/**
 * True for a container of another supervisor whose release, labels and kind of network fit; of a container of another
 * release nobody knows whether its configuration would fit too.
 */
export function isAdoptable(
	container: ObservedContainer,
	{ name, config }: ContainerSpec,
): boolean {
	const lacksLabel = Object.entries(config.Labels)
		.filter(([label]) => !ownLabels.includes(label))
		.some(([label, value]) => container.labels[label] !== value);
	const kind = kindOfMode(container.networkMode);
	return (
		!lacksLabel && container.name === name && kind === kindOfMode(config.HostConfig.NetworkMode)
	);
}

const ownLabels: readonly string[] = [
	labelNames.configDigest,
	labelNames.configFields,
	labelNames.dependsOn,
];

/** Named one by one up to this many. */
const mostFields = 3;

function driftCause({ labels }: ObservedContainer, { config }: ContainerSpec): string {
	const made = labels[labelNames.configFields];
	const wanted = config.Labels[labelNames.configFields];
	if (made === undefined || wanted === undefined) return 'configuration drifted';
	const fields = differingFields(made, wanted);
	const rest = fields.length > mostFields ? ` and ${fields.length - mostFields} more` : '';
	const named = `${fields.slice(0, mostFields).join(', ')}${rest}`;
	return fields.length === 0 ? 'configuration drifted' : `configuration drifted: ${named}`;
}

/** `host`, `none`, `bridge`, `container`, or `network` for every network that somebody made. */
function kindOfMode(mode: string): string {
	if (mode.startsWith('container:')) return 'container';
	if (mode === 'default') return 'bridge';
	return ['host', 'none', 'bridge'].includes(mode) ? mode : 'network';
}

/** A container cannot leave a network that is made anew, nor find one again that was removed behind its back. */
function networkMisfit(
	container: ObservedContainer,
	{ networkChanges }: Situation,
): string | undefined {
	const lost = container.networks.find((name) => networkChanges.has(name));
	return lost === undefined
		? undefined
		: `network ${networkChanges.get(lost)?.name ?? lost} is made anew`;
}

function neighbourMisfit(
	{ networkMode }: ObservedContainer,
	{ neighbour }: WantedContainer,
): string | undefined {
	if (neighbour === undefined) return undefined;
	const { kept, service } = neighbour;
	const isJoined =
		kept !== undefined &&
		[`container:${kept.containerId}`, `container:${kept.name}`].includes(networkMode);
	return isJoined ? undefined : `network of service ${service.serviceName} is made anew`;
}
