import orderBy from 'lodash/orderBy.js';
import { labelNames } from '../model/labels.ts';
import { updateStrategyOf, type UpdateStrategy } from '../model/update-strategy.ts';
import type { AppScene } from './app-scene.ts';
import { isHandedOver, outgoingNameOf } from './hand-over-names.ts';
import type { ObsoleteContainer, ServiceDecision } from './service-decision.ts';

/** True when the old container stops and goes before the image of the new one is pulled. */
export function isKillFirst(strategy: UpdateStrategy): boolean {
	return strategy === 'kill-then-download' || strategy === 'delete-then-download';
}

/** True when its running containers stop under the locks that are taken before the app's images are there. */
export function stopsAtOnce({
	isUrgent,
	strategy,
}: Pick<ServiceDecision, 'isUrgent' | 'strategy'>): boolean {
	return isUrgent || isKillFirst(strategy);
}

type Labels = Readonly<Record<string, string>>;

type Undecided = Pick<
	ServiceDecision,
	'service' | 'spec' | 'kept' | 'obsolete' | 'startCause' | 'follows' | 'isUrgent'
>;

/** The strategy that the service's labels ask for, as far as this change gives it something to do. */
export function strategyFor(decision: Undecided, scene: AppScene): UpdateStrategy {
	const { service, isUrgent } = decision;
	const strategy = updateStrategyOf(service.labels);
	if (isUrgent || strategy === 'download-then-kill') return 'download-then-kill';
	if (strategy === 'hand-over') {
		return canOverlap(decision, scene) ? strategy : 'download-then-kill';
	}
	return isPulled(decision, scene) && !isSharedWithCareful(decision, scene)
		? strategy
		: 'download-then-kill';
}

/** Its image is pulled in any case before a service stops that wants the same and downloads first. */
function isSharedWithCareful({ service }: Undecided, { release }: AppScene): boolean {
	return release.services.some(
		({ image, labels }) => image === service.image && !isKillFirst(updateStrategyOf(labels)),
	);
}

/** An image has to be fetched for a new container; what is there needs no room. */
function isPulled({ service, kept }: Undecided, { index, refusedImages }: AppScene): boolean {
	const isThere = kept !== undefined || index.image(service.image) !== undefined;
	return !isThere && !refusedImages.has(service.image);
}

/**
 * The old container that goes on running beside the new one: the newest that nobody took over from. Once the new one was
 * started, only one that was put aside for it.
 */
export function outgoingOf({
	kept,
	obsolete,
}: Pick<ServiceDecision, 'kept' | 'obsolete'>): ObsoleteContainer | undefined {
	const able = obsolete.filter(
		({ container, losesNetwork, isContested }) =>
			container.state === 'running' && !losesNetwork && !isContested,
	);
	const isNewStarted = kept !== undefined && kept.state !== 'created';
	const candidates = isNewStarted ? able.filter(({ container }) => isHandedOver(container)) : able;
	return orderBy(
		candidates,
		[
			({ container }) => isHandedOver(container),
			({ container }) => container.createdAtSec,
			({ container }) => container.containerId,
		],
		['asc', 'desc', 'asc'],
	)[0];
}

/** What both containers would want at the same time cannot be shared: ports of the host and fixed addresses. */
function canOverlap(decision: Undecided, { observed }: AppScene): boolean {
	const { spec, kept, startCause, follows } = decision;
	const outgoing = outgoingOf(decision);
	const isToRun = startCause !== undefined || kept?.state === 'running';
	if (outgoing === undefined || !isToRun || follows.length > 0) return false;
	const { container } = outgoing;
	const name = outgoingNameOf(container);
	const isNameFree = !observed.containers.some(
		(other) => other.name === name && serviceOf(other) !== serviceOf(container),
	);
	const isUnderWay = kept !== undefined && isHandedOver(container);
	return isNameFree && (isUnderWay || !holdsHostPort(spec)) && !hasFixedAddress(spec);
}

function serviceOf({ labels }: { readonly labels: Labels }): string | undefined {
	return labels[labelNames.serviceName];
}

function holdsHostPort({ config }: ServiceDecision['spec']): boolean {
	const bindings = Object.values(config.HostConfig.PortBindings ?? {}).flat();
	return bindings.some(({ HostPort }) => HostPort !== '');
}

function hasFixedAddress({ config, networks }: ServiceDecision['spec']): boolean {
	const isFixed = networks.some(({ endpoint }) => endpoint.IPAMConfig !== undefined);
	return isFixed || config.MacAddress !== undefined;
}
