import type { ServiceComposition } from './composition.ts';
import { claimsOf } from './host-ports.ts';
import { labelNames } from './labels.ts';

/** How a service gets from one container to the next (contract 4.6). */
export type UpdateStrategy =
	'download-then-kill' | 'kill-then-download' | 'delete-then-download' | 'hand-over';

const strategies: readonly UpdateStrategy[] = [
	'download-then-kill',
	'kill-then-download',
	'delete-then-download',
	'hand-over',
];

type Labels = Readonly<Record<string, string>>;

/** The strategy that labels name; download-then-kill when they name none there is. */
export function updateStrategyOf(labels: Labels): UpdateStrategy {
	return namedStrategy(labels) ?? 'download-then-kill';
}

const defaultTimeoutMs = 60_000;

/** Longest wait for the sign of a hand-over, in milliseconds; a minute when the label says no whole number above 0. */
export function handoverTimeoutMs(labels: Labels): number {
	return namedTimeoutMs(labels) ?? defaultTimeoutMs;
}

/** What in the labels for updates has no effect, one sentence each. */
export function updateLabelNotices({ labels, composition }: Subject): string[] {
	const { updateStrategy, handoverTimeout } = labelNames;
	const alone = updateStrategyOf(labels) === 'hand-over' ? heldAlone(composition) : undefined;
	const isStrange = updateStrategy in labels && namedStrategy(labels) === undefined;
	const isEndless = handoverTimeout in labels && namedTimeoutMs(labels) === undefined;
	return [
		...(isStrange ? [`labels.${updateStrategy}: not a strategy, download-then-kill is taken`] : []),
		...(alone === undefined
			? []
			: [`labels.${updateStrategy}: no hand-over beside ${alone}, download-then-kill is taken`]),
		...(isEndless ? [`labels.${handoverTimeout}: not milliseconds above 0, 60000 is taken`] : []),
	];
}

interface Subject {
	readonly labels: Labels;
	readonly composition: ServiceComposition;
}

/** What two containers of a service cannot have at the same time. */
function heldAlone(composition: ServiceComposition): string | undefined {
	if (claimsOf(composition).length > 0) return 'ports of the host';
	const isFixed = composition.networks.some(
		({ ipv4Address, ipv6Address, linkLocalIps }) =>
			ipv4Address !== undefined || ipv6Address !== undefined || linkLocalIps.length > 0,
	);
	return isFixed || composition.macAddress !== undefined ? 'fixed addresses' : undefined;
}

function namedStrategy(labels: Labels): UpdateStrategy | undefined {
	const name = labels[labelNames.updateStrategy];
	return strategies.find((strategy) => strategy === name);
}

function namedTimeoutMs(labels: Labels): number | undefined {
	const text = labels[labelNames.handoverTimeout] ?? '';
	const ms = Number(text);
	return /^\d+$/.test(text) && ms > 0 && Number.isSafeInteger(ms) ? ms : undefined;
}
