import { parseServiceContract } from './contract.ts';
import type { Requirement } from './contract.ts';
import { describeCapability, isMet, type DeviceUniverse } from './contract-universe.ts';
import { isTruthy, labelNames } from './labels.ts';
import { joinedBy, type JoinedNamespace } from './target/references.ts';
import type {
	RejectedApp,
	TargetApp,
	TargetRelease,
	TargetService,
	TargetState,
} from './target.ts';

/** A service that is left out, as it is optional and the device lacks what it requires. */
export interface DroppedService {
	readonly appName: string;
	readonly serviceName: string;
	readonly reasons: readonly string[];
}

/** A target held against a device. */
export interface ContractVerdict {
	/** Without the apps and services the device is not made for; those apps are among `rejected`. */
	readonly target: TargetState;
	/** Apps with a contract that cannot be read. */
	readonly malformed: readonly RejectedApp[];
	/** Apps with a service that requires what the device has not. */
	readonly unmet: readonly RejectedApp[];
	readonly dropped: readonly DroppedService[];
}

/**
 * Holds the contracts of all services against what the device has (contract 4.9). An app with an unmet requirement is
 * rejected, so that what it runs stays as it is; a service that is optional is left out instead, and so is, or rejected
 * with its app, one that shares its network.
 */
export function applyContracts(target: TargetState, universe: DeviceUniverse): ContractVerdict {
	const verdicts = target.apps.map((app) => judgeApp(app, universe));
	const malformed = verdicts.flatMap((one) => (one.kind === 'malformed' ? [one.rejected] : []));
	const unmet = verdicts.flatMap((one) => (one.kind === 'unmet' ? [one.rejected] : []));
	const fit = verdicts.flatMap((one) => (one.kind === 'fit' ? [one] : []));
	const rejected = [...target.rejected, ...malformed, ...unmet];
	return {
		target: { ...target, apps: fit.map(({ app }) => app), rejected },
		malformed,
		unmet,
		dropped: fit.flatMap(({ dropped }) => dropped),
	};
}

type AppVerdict =
	| { readonly kind: 'malformed' | 'unmet'; readonly rejected: RejectedApp }
	| { readonly kind: 'fit'; readonly app: TargetApp; readonly dropped: readonly DroppedService[] };

function judgeApp(app: TargetApp, universe: DeviceUniverse): AppVerdict {
	const { release } = app;
	if (release === undefined) return { kind: 'fit', app, dropped: [] };
	const judged = release.services.map((service) => judgeService(service, universe));
	const faults = judged.flatMap(({ faults: own }) => own);
	if (faults.length > 0) return { kind: 'malformed', rejected: rejectedApp(app, faults) };
	const unfit = withDependants(new Map(judged.map(({ service, lacks }) => [service, lacks])));
	const needed = [...unfit].filter(([service]) => !isOptional(service));
	if (needed.length > 0) {
		const reasons = needed.map(([service, lacks]) => sentence(service, lacks));
		return { kind: 'unmet', rejected: rejectedApp(app, reasons) };
	}
	return {
		kind: 'fit',
		app: unfit.size === 0 ? app : { ...app, release: withoutServices(release, unfit) },
		dropped: [...unfit].map(([{ serviceName }, reasons]) => ({
			appName: app.name,
			serviceName,
			reasons,
		})),
	};
}

interface JudgedService {
	readonly service: TargetService;
	/** What is wrong with its contract, each with its path. */
	readonly faults: readonly string[];
	/** What the device lacks, in words. */
	readonly lacks: readonly string[];
}

function judgeService(service: TargetService, universe: DeviceUniverse): JudgedService {
	if (service.contract === undefined) return { service, faults: [], lacks: [] };
	const at = `services.${service.serviceName}.contract`;
	const contract = parseServiceContract(service.contract, at);
	if (!contract.ok) return { service, faults: contract.reasons, lacks: [] };
	const lacks = contract.value.requires
		.filter((anyOf) => !anyOf.some((requirement) => isMet(requirement, universe)))
		.map((anyOf) => anyOf.map((one) => describe(one, universe)).join(' or '));
	return { service, faults: [], lacks };
}

/** `sw.l4t >=32 (the device has none)` */
function describe({ type, slug, version }: Requirement, universe: DeviceUniverse): string {
	const wanted = [type, slug, version].filter(Boolean).join(' ');
	return `${wanted} (the device has ${describeCapability(type, universe) ?? 'none'})`;
}

/** Those that lack something, and those that join one of them. */
function withDependants(
	lacks: ReadonlyMap<TargetService, readonly string[]>,
): ReadonlyMap<TargetService, readonly string[]> {
	const unfit = new Map([...lacks].filter(([, reasons]) => reasons.length > 0));
	for (let size = -1; size !== unfit.size;) {
		size = unfit.size;
		const names = new Set<string>([...unfit.keys()].map(({ serviceName }) => serviceName));
		for (const service of lacks.keys()) {
			const lost = joinedBy(service.composition).filter(({ serviceName }) =>
				names.has(serviceName),
			);
			if (lost.length > 0 && !unfit.has(service)) unfit.set(service, lost.map(namespaceText));
		}
	}
	return unfit;
}

function namespaceText({ field, serviceName }: JoinedNamespace): string {
	return `the ${field === 'network_mode' ? 'network' : `${field} namespace`} of ${serviceName}`;
}

function isOptional({ labels }: TargetService): boolean {
	return isTruthy(labels[labelNames.optional]);
}

function sentence({ serviceName }: TargetService, lacks: readonly string[]): string {
	return `service ${serviceName} needs ${lacks.join(' and ')}`;
}

function withoutServices(
	release: TargetRelease,
	unfit: ReadonlyMap<TargetService, unknown>,
): TargetRelease {
	return { ...release, services: release.services.filter((service) => !unfit.has(service)) };
}

function rejectedApp(app: TargetApp, reasons: readonly string[]): RejectedApp {
	const { appUuid, appId, name, release } = app;
	return { appUuid, appId, name, commit: release?.commit, reasons };
}
